//! Spans as OTLP writes them, in the messages that OpenTelemetry publishes.

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value},
    resource::v1::Resource,
    trace::v1::{ResourceSpans, ScopeSpans, Span as Written, Status, span::SpanKind, status::StatusCode},
};
use prost::Message;

use super::trace::{Kind, Span, Value};

/// The body of one export.
pub fn body(spans: Vec<Span>) -> Vec<u8> {
    let version = env!("CARGO_PKG_VERSION");
    let resource = [("service.name", "tegata"), ("service.version", version)];
    let resource = resource.map(|(key, value)| pair(key, &Value::Name(value.into()))).to_vec();
    let scope = InstrumentationScope { name: "tegata".into(), version: version.into(), ..Default::default() };
    let spans = spans.into_iter().map(written).collect();
    let scoped = ScopeSpans { scope: Some(scope), spans, ..Default::default() };
    let resource = Some(Resource { attributes: resource, ..Default::default() });
    let all = ResourceSpans { resource, scope_spans: vec![scoped], ..Default::default() };
    ExportTraceServiceRequest { resource_spans: vec![all] }.encode_to_vec()
}

fn written(span: Span) -> Written {
    let kind = match span.kind {
        Kind::Server => SpanKind::Server,
        Kind::Client => SpanKind::Client,
        Kind::Internal => SpanKind::Internal,
    };
    let code = if span.failed { StatusCode::Error } else { StatusCode::Unset };
    Written {
        trace_id: span.own.trace.to_vec(),
        span_id: span.own.span.to_vec(),
        parent_span_id: span.parent.map_or_else(Vec::new, |parent| parent.to_vec()),
        name: span.name,
        kind: kind.into(),
        start_time_unix_nano: span.between_ns.0,
        end_time_unix_nano: span.between_ns.1,
        attributes: span.attributes.iter().map(|(key, value)| pair(key, value)).collect(),
        status: Some(Status { code: code.into(), ..Default::default() }),
        ..Default::default()
    }
}

fn pair(key: &str, value: &Value) -> KeyValue {
    let value = match value {
        Value::Name(name) => any_value::Value::StringValue(name.clone()),
        Value::Number(number) => any_value::Value::IntValue(*number),
    };
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), ..Default::default() }
}
