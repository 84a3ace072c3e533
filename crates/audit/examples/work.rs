//! One of the pure parts of recording, so many times, for a program that counts instructions:
//! `cargo run -p audit --example work -- "diff, 9 fields" 1000`. Without arguments it tells what
//! there is, one a line.

#[path = "../benches/parts/mod.rs"]
mod parts;

use std::io::Write as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let all = parts::all();
    let Some(wanted) = arguments.next() else {
        let mut out = std::io::stdout();
        for (name, _) in &all {
            writeln!(out, "{name}")?;
        }
        return Ok(());
    };
    let times: u32 = arguments.next().ok_or("how many times")?.parse()?;
    let (_, turn) = all
        .iter()
        .find(|(name, _)| *name == wanted)
        .ok_or("there is no such work")?;
    for _ in 0..times {
        turn();
    }
    Ok(())
}
