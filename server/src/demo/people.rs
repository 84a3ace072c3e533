//! The people of the CRM, and the two programs that work beside them.
//!
//! Addresses are of the ranges set aside for documentation (RFC 5737), mail of `.example`.

/// One who works with the CRM.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Person {
    /// The id of the record in `res.users`.
    pub(crate) id: &'static str,
    /// The login.
    pub(crate) login: &'static str,
    /// The name.
    pub(crate) name: &'static str,
    /// The groups at the beginning.
    pub(crate) groups: &'static [&'static str],
    /// What the signature says.
    pub(crate) job: &'static str,
    /// The addresses: at the office, and elsewhere.
    pub(crate) addresses: [&'static str; 2],
    /// The browser.
    pub(crate) agent: &'static str,
}

/// May sell.
pub(crate) const SALES: &str = "Sales / User";
/// May sell, decide on prices, and see margins.
pub(crate) const MANAGERS: &str = "Sales / Manager";
/// May invoice.
pub(crate) const ACCOUNTING: &str = "Accounting";
/// Looks after goods.
pub(crate) const INVENTORY: &str = "Inventory";
/// Manages users.
pub(crate) const ADMINISTRATION: &str = "Administration";
/// Every group, in the order of their ids in the CRM.
pub(crate) const GROUPS: [&str; 5] = [SALES, MANAGERS, ACCOUNTING, INVENTORY, ADMINISTRATION];

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
const SAFARI: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15";
const PHONE: &str = "Mozilla/5.0 (Linux; Android 16; Mobile) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36";

macro_rules! people {
    ($($constant:ident = $id:literal, $login:literal, $name:literal, $groups:expr, $job:literal,
       $office:literal, $elsewhere:literal, $agent:expr;)+) => {
        $(pub(crate) const $constant: &Person = &Person {
            id: $id, login: $login, name: $name, groups: $groups, job: $job,
            addresses: [$office, $elsewhere], agent: $agent,
        };)+
        /// Everyone, the two programs last.
        pub(crate) const EVERYONE: &[&Person] = &[$($constant,)+];
    };
}

people! {
    AMELIA = "1", "amelia", "Amelia Hart", &[ADMINISTRATION], "IT and administration", "192.0.2.10", "203.0.113.10", FIREFOX;
    MARC = "2", "marc", "Marc Dubois", &[SALES, MANAGERS], "Head of sales", "192.0.2.21", "203.0.113.48", SAFARI;
    HELENA = "3", "helena", "Helena Novak", &[SALES, MANAGERS], "Key accounts", "192.0.2.22", "198.51.100.71", CHROME;
    NADIA = "4", "nadia", "Nadia Okafor", &[SALES], "Sales, north", "192.0.2.23", "198.51.100.14", CHROME;
    TOMAS = "5", "tomas", "Tomás Rey", &[SALES], "Sales, south", "192.0.2.24", "203.0.113.7", PHONE;
    INGRID = "6", "ingrid", "Ingrid Solberg", &[SALES], "Sales, public sector", "192.0.2.25", "198.51.100.93", FIREFOX;
    OSKAR = "7", "oskar", "Oskar Lind", &[SALES], "Sales, web", "192.0.2.26", "203.0.113.120", CHROME;
    YUSUF = "8", "yusuf", "Yusuf Demir", &[ACCOUNTING], "Accounting", "192.0.2.31", "198.51.100.140", CHROME;
    CLARA = "9", "clara", "Clara Weiss", &[ACCOUNTING], "Credit control", "192.0.2.32", "198.51.100.161", FIREFOX;
    BRUNO = "10", "bruno", "Bruno Moretti", &[INVENTORY], "Warehouse", "192.0.2.41", "203.0.113.201", PHONE;
    MEI = "11", "mei", "Mei Tanaka", &[INVENTORY], "Purchasing", "192.0.2.42", "203.0.113.222", CHROME;
    WEBSITE = "12", "website", "Website form", &[], "", "198.51.100.5", "198.51.100.6", "crm-website/4.2";
    CRON = "13", "cron", "Scheduled actions", &[], "", "192.0.2.2", "192.0.2.2", "crm-scheduler/4.2";
}

/// Those who sell.
pub(crate) const SELLERS: &[&Person] = &[NADIA, TOMAS, INGRID, OSKAR, HELENA, MARC];

/// The one who has this id in `res.users`.
pub(crate) fn by_id(id: &str) -> Option<&'static Person> {
    EVERYONE.iter().copied().find(|person| person.id == id)
}
