//! Every page and every server function as everybody.
