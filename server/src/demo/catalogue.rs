//! What the CRM declares and what is followed of it: its six models, the rules, and who may read.

use types::{FieldInput, FieldType, ModelInput, RuleInput};

use super::people::{INVENTORY, MANAGERS, SALES};

/// The host's name.
pub(crate) const HOST: &str = "crm";
/// The host's label.
pub(crate) const HOST_LABEL: &str = "CRM";

/// People who work with the CRM.
pub(crate) const USER: &str = "res.users";
/// Customers and their contacts.
pub(crate) const PARTNER: &str = "res.partner";
/// What is sold.
pub(crate) const PRODUCT: &str = "product.template";
/// Chances to sell.
pub(crate) const LEAD: &str = "crm.lead";
/// Quotations and orders.
pub(crate) const ORDER: &str = "sale.order";
/// The lines of an order.
pub(crate) const LINE: &str = "sale.order.line";
/// Meetings: a model that the CRM does not declare and that no active rule follows.
pub(crate) const MEETING: &str = "calendar.event";

/// The models that a salesperson may read.
pub(crate) const OF_SALES: [&str; 4] = [LEAD, PARTNER, ORDER, LINE];
/// The groups that may read them.
pub(crate) const VIEWERS: [&str; 2] = [SALES, MANAGERS];

/// A field of a model, as it is declared.
fn field(name: &str, label: &str, kind: FieldType) -> FieldInput {
    FieldInput {
        name: name.to_owned(),
        label: Some(label.to_owned()),
        kind: Some(kind),
        relation: None,
        selection: std::collections::BTreeMap::new(),
        sensitive: false,
        personal: false,
        ignored: false,
        groups: Vec::new(),
    }
}

fn relation(name: &str, label: &str, kind: FieldType, model: &str) -> FieldInput {
    FieldInput {
        relation: Some(model.to_owned()),
        ..field(name, label, kind)
    }
}

fn selection(name: &str, label: &str, words: &[(&str, &str)]) -> FieldInput {
    FieldInput {
        selection: words
            .iter()
            .map(|(word, label)| ((*word).to_owned(), (*label).to_owned()))
            .collect(),
        ..field(name, label, FieldType::Selection)
    }
}

fn sensitive(field: FieldInput) -> FieldInput {
    FieldInput {
        sensitive: true,
        ..field
    }
}

fn ignored(field: FieldInput) -> FieldInput {
    FieldInput {
        ignored: true,
        ..field
    }
}

fn for_managers(field: FieldInput) -> FieldInput {
    FieldInput {
        groups: vec![MANAGERS.to_owned()],
        ..field
    }
}

fn model(label: &str, mut fields: Vec<FieldInput>) -> ModelInput {
    fields.push(ignored(field(
        "write_date",
        "Last updated on",
        FieldType::Datetime,
    )));
    ModelInput {
        label: Some(label.to_owned()),
        name_field: Some("name".to_owned()),
        subject: None,
        fields,
    }
}

/// The six models, each with its declaration.
pub(crate) fn models() -> Vec<(&'static str, ModelInput)> {
    vec![
        (USER, model("User", users())),
        (PARTNER, model("Contact", partners())),
        (PRODUCT, model("Product", products())),
        (LEAD, model("Lead/Opportunity", leads())),
        (ORDER, model("Sales order", orders())),
        (LINE, model("Sales order line", lines())),
    ]
}

fn users() -> Vec<FieldInput> {
    use FieldType::{Boolean, Char, Datetime, Html, Many2many};
    vec![
        field("name", "Name", Char),
        field("login", "Login", Char),
        field("email", "Email", Char),
        field("active", "Active", Boolean),
        selection(
            "lang",
            "Language",
            &[("en", "English"), ("fr", "French"), ("de", "German")],
        ),
        selection(
            "notification",
            "Notification",
            &[("email", "By email"), ("inbox", "In the application")],
        ),
        relation("group_ids", "Groups", Many2many, "res.groups"),
        sensitive(field("password", "Password", Char)),
        field("signature", "Email signature", Html),
        ignored(field("login_date", "Latest sign-in", Datetime)),
    ]
}

fn partners() -> Vec<FieldInput> {
    use FieldType::{Binary, Boolean, Char, Html, Json, Many2many, Many2one, Monetary};
    vec![
        field("name", "Name", Char),
        field("is_company", "Is a company", Boolean),
        relation("parent_id", "Company", Many2one, PARTNER),
        field("email", "Email", Char),
        field("phone", "Phone", Char),
        field("website", "Website", Char),
        field("street", "Street", Char),
        field("zip", "Postal code", Char),
        field("city", "City", Char),
        relation("country_id", "Country", Many2one, "res.country"),
        relation("category_ids", "Tags", Many2many, "res.partner.category"),
        relation("user_id", "Salesperson", Many2one, USER),
        field("credit_limit", "Credit limit", Monetary),
        field("comment", "Notes", Html),
        field("preferences", "Preferences", Json),
        field("image", "Image", Binary),
    ]
}

fn products() -> Vec<FieldInput> {
    use FieldType::{Binary, Boolean, Char, Float, Json, Many2many, Many2one, Monetary, Text};
    vec![
        field("name", "Name", Char),
        field("default_code", "Internal reference", Char),
        selection(
            "type",
            "Product type",
            &[("consu", "Goods"), ("service", "Service")],
        ),
        relation("categ_id", "Category", Many2one, "product.category"),
        relation("tag_ids", "Tags", Many2many, "product.tag"),
        field("list_price", "Sales price", Monetary),
        field("standard_price", "Cost", Monetary),
        field("qty_available", "Quantity on hand", Float),
        field("weight", "Weight", Float),
        field("description_sale", "Sales description", Text),
        field("attributes", "Attributes", Json),
        field("image", "Image", Binary),
        field("active", "Active", Boolean),
    ]
}

fn leads() -> Vec<FieldInput> {
    use FieldType::{
        Boolean, Char, Date, Datetime, Float, Integer, Many2many, Many2one, Monetary, Reference,
        Text,
    };
    vec![
        field("name", "Opportunity", Char),
        selection(
            "type",
            "Type",
            &[("lead", "Lead"), ("opportunity", "Opportunity")],
        ),
        selection(
            "stage",
            "Stage",
            &[
                ("new", "New"),
                ("qualified", "Qualified"),
                ("proposition", "Proposition"),
                ("won", "Won"),
                ("lost", "Lost"),
            ],
        ),
        relation("partner_id", "Customer", Many2one, PARTNER),
        relation("user_id", "Salesperson", Many2one, USER),
        relation("team_id", "Sales team", Many2one, "crm.team"),
        field("email_from", "Email", Char),
        field("expected_revenue", "Expected revenue", Monetary),
        field("probability", "Probability", Float),
        field("lead_score", "Score", Integer),
        selection(
            "priority",
            "Priority",
            &[
                ("0", "Low"),
                ("1", "Medium"),
                ("2", "High"),
                ("3", "Very high"),
            ],
        ),
        field("date_deadline", "Expected closing", Date),
        field("date_closed", "Closed on", Datetime),
        relation("tag_ids", "Tags", Many2many, "crm.tag"),
        relation("lost_reason_id", "Lost reason", Many2one, "crm.lost.reason"),
        field("referred", "Referred by", Reference),
        field("description", "Notes", Text),
        field("active", "Active", Boolean),
    ]
}

fn orders() -> Vec<FieldInput> {
    use FieldType::{Char, Date, Datetime, Html, Many2one, Monetary, One2many};
    vec![
        field("name", "Order reference", Char),
        selection(
            "state",
            "Status",
            &[
                ("draft", "Quotation"),
                ("sent", "Quotation sent"),
                ("sale", "Sales order"),
                ("done", "Locked"),
                ("cancel", "Cancelled"),
            ],
        ),
        relation("partner_id", "Customer", Many2one, PARTNER),
        relation("user_id", "Salesperson", Many2one, USER),
        relation("opportunity_id", "Opportunity", Many2one, LEAD),
        field("date_order", "Order date", Datetime),
        field("validity_date", "Expiration", Date),
        field("commitment_date", "Delivery date", Datetime),
        field("client_order_ref", "Customer reference", Char),
        relation(
            "payment_term_id",
            "Payment terms",
            Many2one,
            "account.payment.term",
        ),
        relation("order_line", "Order lines", One2many, LINE),
        field("amount_untaxed", "Untaxed amount", Monetary),
        field("amount_tax", "Taxes", Monetary),
        field("amount_total", "Total", Monetary),
        for_managers(field("margin", "Margin", Monetary)),
        selection(
            "delivery_status",
            "Delivery status",
            &[
                ("pending", "Not delivered"),
                ("partial", "Partially delivered"),
                ("full", "Fully delivered"),
            ],
        ),
        selection(
            "invoice_status",
            "Invoice status",
            &[
                ("no", "Nothing to invoice"),
                ("to invoice", "To invoice"),
                ("invoiced", "Fully invoiced"),
            ],
        ),
        field("note", "Terms and conditions", Html),
    ]
}

fn lines() -> Vec<FieldInput> {
    use FieldType::{Float, Integer, Many2one, Monetary, Text};
    vec![
        relation("order_id", "Order", Many2one, ORDER),
        relation("product_id", "Product", Many2one, PRODUCT),
        field("name", "Description", Text),
        field("sequence", "Sequence", Integer),
        field("product_uom_qty", "Quantity", Float),
        field("qty_delivered", "Delivered", Float),
        field("price_unit", "Unit price", Monetary),
        field("discount", "Discount (%)", Float),
        field("price_subtotal", "Subtotal", Monetary),
    ]
}

/// A rule on `model` with the defaults of the API.
fn rule(name: &str, model: &str) -> RuleInput {
    RuleInput {
        name: name.to_owned(),
        host: HOST.to_owned(),
        model: model.to_owned(),
        log_create: false,
        log_write: true,
        log_unlink: true,
        groups: Vec::new(),
        excluded_users: Vec::new(),
        ignored_fields: Vec::new(),
        require_reason: false,
        active: true,
    }
}

/// The rules. Between them they leave gaps on purpose: a demo in which everything is followed
/// would not show what a rule is for.
pub(crate) fn rules() -> Vec<RuleInput> {
    vec![
        RuleInput {
            log_create: true,
            excluded_users: vec!["cron".to_owned()],
            ..rule("Opportunity tracking", LEAD)
        },
        rule("Changes of contacts", PARTNER),
        RuleInput {
            log_create: true,
            log_write: false,
            log_unlink: false,
            groups: vec![MANAGERS.to_owned()],
            ..rule("Contacts created by managers", PARTNER)
        },
        RuleInput {
            log_create: true,
            ..rule("Quotations and orders", ORDER)
        },
        rule("Changes of order lines", LINE),
        RuleInput {
            log_unlink: false,
            groups: vec![INVENTORY.to_owned()],
            ignored_fields: vec!["qty_available".to_owned()],
            ..rule("Products, by the warehouse", PRODUCT)
        },
        RuleInput {
            log_create: true,
            ..rule("Users and their access", USER)
        },
        RuleInput {
            log_create: true,
            active: false,
            ..rule("Meetings (switched off)", MEETING)
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_declaration_and_rule_is_one_that_the_api_takes() {
        for (name, model) in models() {
            let body = serde_json::to_value(&model).unwrap();
            assert_eq!(ModelInput::read(body), Ok(model), "{name}");
        }
        for rule in rules() {
            let body = serde_json::to_value(&rule).unwrap();
            assert_eq!(RuleInput::read(body), Ok(rule));
        }
    }

    #[test]
    fn every_kind_of_field_is_declared_somewhere() {
        let kinds: BTreeSet<_> = models()
            .into_iter()
            .flat_map(|(_, model)| model.fields)
            .filter_map(|field| field.kind.map(FieldType::as_str))
            .collect();
        let all: BTreeSet<_> = FieldType::ALL.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(kinds, all);
    }

    #[test]
    fn no_two_rules_are_for_the_same_model_and_group() {
        let mut seen = BTreeSet::new();
        for rule in rules() {
            for group in rule
                .groups
                .iter()
                .map(String::as_str)
                .chain(rule.groups.is_empty().then_some(""))
            {
                assert!(seen.insert((rule.model.clone(), group.to_owned())));
            }
        }
    }
}
