//! How long the pure parts of recording take: `cargo bench -p audit`.

mod parts;

use criterion::{Criterion, criterion_group, criterion_main};

fn pure(criterion: &mut Criterion) {
    for (name, turn) in parts::all() {
        criterion.bench_function(name, |bencher| bencher.iter(&turn));
    }
}

criterion_group!(benches, pure);
criterion_main!(benches);
