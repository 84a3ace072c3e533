//! Compressed once at build time: a `.br` and a `.gz` beside every site file that gets smaller.
//!
//! Browsers take Brotli on HTTPS and on the loopback only; on plain HTTP elsewhere they take gzip.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context;
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::progress::{Count, Step};

/// Files smaller than this go out faster as they are.
const WORTH_IT: usize = 1024;

/// Compresses every file below `site`.
pub(crate) fn compress(site: &Path) -> anyhow::Result<()> {
    let step = Step::start("Look at the site files");
    let mut files = Vec::new();
    list(site, &mut files)?;
    step.done();
    let count = Count::start("Compress the site files", files.len());
    for file in files {
        let plain = fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
        write_if_smaller(&file, "br", &plain, brotli(&plain)?)?;
        write_if_smaller(&file, "gz", &plain, gzip(&plain)?)?;
        count.add(1);
    }
    count.done();
    Ok(())
}

/// The files below `folder` that are not compressed ones themselves.
fn list(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else if !path
            .extension()
            .is_some_and(|extension| extension == "br" || extension == "gz")
        {
            files.push(path);
        }
    }
    Ok(())
}

fn write_if_smaller(
    file: &Path,
    extension: &str,
    plain: &[u8],
    small: Vec<u8>,
) -> anyhow::Result<()> {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    let target = PathBuf::from(name);
    if plain.len() >= WORTH_IT && small.len() < plain.len() {
        fs::write(&target, small).with_context(|| format!("writing {}", target.display()))
    } else {
        // One of an earlier build must not outlive the file it was made of.
        match fs::remove_file(&target) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}

fn brotli(plain: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut small = Vec::new();
    let parameters = BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: plain.len(),
        ..BrotliEncoderParams::default()
    };
    brotli::BrotliCompress(&mut &plain[..], &mut small, &parameters)?;
    Ok(small)
}

fn gzip(plain: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_that_get_smaller_are_compressed() {
        let folder = tempfile::tempdir().unwrap();
        let large = folder.path().join("a.js");
        fs::write(&large, "let a = 1;\n".repeat(1000)).unwrap();
        fs::write(folder.path().join("b.js"), "1").unwrap();
        compress(folder.path()).unwrap();
        compress(folder.path()).unwrap();
        let mut names: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["a.js", "a.js.br", "a.js.gz", "b.js"]);
        let mut plain = Vec::new();
        let small = fs::read(folder.path().join("a.js.br")).unwrap();
        brotli::BrotliDecompress(&mut &small[..], &mut plain).unwrap();
        assert_eq!(plain, fs::read(large).unwrap());
    }
}
