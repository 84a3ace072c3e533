//! The program `revisor`.

// The type of a Leptos view nests as deep as the page does.
#![recursion_limit = "512"]

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // The allocator asks for huge pages, of which a few bytes are used each: half of the memory of a
    // server that rests. Where they cannot be refused all goes on as before.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
    server::command::main()
}
