//! Where settings come from, what is refused, and that no secret of them is shown.

use super::*;

fn with_file(text: &str) -> Result<Settings, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("revisor.toml");
    fs::write(&path, text).unwrap();
    Settings::read(Flags {
        config: Some(path),
        addr: Some("127.0.0.1:4000".parse().unwrap()),
        ..Flags::default()
    })
}

#[test]
fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
    let settings = with_file("addr = \"0.0.0.0:80\"\ndata_dir = \"/srv/r\"\nqueue = 7").unwrap();
    assert_eq!(settings.addr, "127.0.0.1:4000".parse().unwrap());
    assert_eq!(settings.queue, 7);
    assert_eq!(settings.database_url, "sqlite:///srv/r/revisor.db?mode=rwc");
    assert_eq!(settings.log, None);
}

#[test]
fn an_unknown_name_in_the_file_is_refused_with_its_line() {
    let error = with_file("queue = 7\nadress = \"x\"")
        .unwrap_err()
        .to_string();
    assert!(error.contains("line 2"), "{error}");
    assert!(error.contains("adress"), "{error}");
}

#[test]
fn settings_are_shown_without_the_password() {
    let settings =
        with_file("database_url = \"postgres://rev:s3cr:t@db.example/rev?sslmode=require\"")
            .unwrap();
    let shown = format!("{settings:?}");
    assert!(!shown.contains("s3cr"), "{shown}");
    assert!(
        shown.contains("postgres://rev:***@db.example/rev"),
        "{shown}"
    );
    let replica = with_file(
        "database_url = \"postgres://db/rev\"\nread_url = \"postgres://rev:s3cr:t@replica/rev\"",
    );
    let shown = format!("{:?}", replica.unwrap());
    assert!(!shown.contains("s3cr"), "{shown}");
    assert!(shown.contains("postgres://rev:***@replica/rev"), "{shown}");
    assert_eq!(
        without_password("postgres://db/x?user=a&password=b"),
        "postgres://db/x?***"
    );
    assert_eq!(
        without_password("sqlite://data/revisor.db"),
        "sqlite://data/revisor.db"
    );
}

#[test]
fn a_database_of_another_kind_is_refused() {
    assert!(with_file("database_url = \"mysql://x\"").is_err());
    // SQLite has no replicas, and one of another kind is none.
    assert!(with_file("read_url = \"postgres://replica/rev\"").is_err());
    let wrong = "database_url = \"postgres://db/rev\"\nread_url = \"sqlite://x.db\"";
    assert!(with_file(wrong).is_err());
}

#[test]
fn tls_needs_both_files_and_a_session_has_two_ends() {
    assert!(with_file("tls_cert = \"a.pem\"").is_err());
    assert!(with_file("tls_key = \"a.pem\"").is_err());
    assert!(with_file("session_limit_hours = 0").is_err());
    assert!(with_file("connections = 0").is_err());
    let settings = with_file("tls_cert = \"a\"\ntls_key = \"b\"\nkey_rate = 60").unwrap();
    assert_eq!(settings.tls.unwrap().key, PathBuf::from("b"));
    assert_eq!(settings.key_rate, 60);
    assert_eq!(settings.session_idle, Duration::from_hours(12));
    assert_eq!(settings.session_limit, Duration::from_hours(7 * 24));
}
