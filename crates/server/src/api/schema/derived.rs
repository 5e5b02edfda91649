//! Schemas that are worked out of others: what may be left out when a service is made, what may be null when it is changed, and
//! every type of problem.

use std::{borrow::Cow, collections::BTreeSet};

use domain::refusal::Refusal;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, OneOfBuilder, RefOr, Schema,
        schema::{AdditionalProperties, SchemaType, Type},
    },
};

use super::{Policy, Sources};
use crate::api::service::Settings;

/// A policy of which every field may be left out.
pub struct PolicySettings;

/// A JSON merge patch of a service (RFC 7396).
pub struct ServiceChanges;

/// Where a problem is explained.
pub struct ProblemType;

impl PartialSchema for PolicySettings {
    fn schema() -> RefOr<Schema> {
        policy(|property| property)
    }
}

impl ToSchema for PolicySettings {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Policy::schemas(schemas);
    }
}

impl PartialSchema for ServiceChanges {
    fn schema() -> RefOr<Schema> {
        let (whole, mut schema) = (Settings::schema(), relaxed(Settings::schema(), or_null));
        if let (RefOr::T(Schema::Object(whole)), RefOr::T(Schema::Object(service))) = (whole, &mut schema) {
            // The one field without a default.
            service.properties.extend(whole.properties.into_iter().filter(|(name, _)| name == "brand"));
            service.description =
                Some("What to change (RFC 7396): what is left out stays, null puts the default back.".into());
            service.properties.insert("policy".into(), or_null(policy(or_null)));
        }
        schema
    }
}

impl ToSchema for ServiceChanges {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Settings::schemas(schemas);
    }
}

impl PartialSchema for ProblemType {
    fn schema() -> RefOr<Schema> {
        let codes: BTreeSet<&str> = Refusal::samples().iter().map(Refusal::code).collect();
        let paths = codes.into_iter().map(|code| format!("/problems/{code}"));
        let object = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(paths));
        object.description(Some("A path on this server that explains the problem.")).into()
    }
}

impl ToSchema for ProblemType {
    fn name() -> Cow<'static, str> {
        "ProblemType".into()
    }
}

/// A policy of which nothing is needed.
fn policy(change: fn(RefOr<Schema>) -> RefOr<Schema>) -> RefOr<Schema> {
    let mut schema = relaxed(Policy::schema(), change);
    if let RefOr::T(Schema::Object(policy)) = &mut schema {
        policy.properties.insert("sources".into(), change(relaxed(Sources::schema(), change)));
    }
    schema
}

/// An object of which nothing is needed and nothing else is taken, each property as `change` makes it.
fn relaxed(schema: RefOr<Schema>, change: fn(RefOr<Schema>) -> RefOr<Schema>) -> RefOr<Schema> {
    let RefOr::T(Schema::Object(mut object)) = schema else { return schema };
    object.required.clear();
    object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
    object.properties =
        std::mem::take(&mut object.properties).into_iter().map(|(name, property)| (name, change(property))).collect();
    RefOr::T(Schema::Object(object))
}

/// The same, or null.
fn or_null(schema: RefOr<Schema>) -> RefOr<Schema> {
    let nullable = |kind: &SchemaType| match kind {
        SchemaType::Type(one) => SchemaType::Array(vec![one.clone(), Type::Null]),
        other => other.clone(),
    };
    match schema {
        RefOr::T(Schema::Object(mut object)) => {
            object.schema_type = nullable(&object.schema_type);
            RefOr::T(Schema::Object(object))
        }
        RefOr::T(Schema::Array(mut array)) => {
            array.schema_type = nullable(&array.schema_type);
            RefOr::T(Schema::Array(array))
        }
        RefOr::Ref(_) => {
            let null = ObjectBuilder::new().schema_type(Type::Null);
            OneOfBuilder::new().item(null).item(schema).into()
        }
        // What is composed says itself whether it may be null.
        composed => composed,
    }
}
