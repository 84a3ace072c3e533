//! The program `revisor`.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::command::main()
}
