//! Single messages by name, and errors as text.

use http::Method;

use crate::fixture::TRANSCODER;

#[test]
fn messages_by_name() {
    assert!(TRANSCODER.json_to_wire("no.Such", b"{}").is_none());
    assert!(TRANSCODER.wire_to_json("no.Such", b"").is_none());
    let wire = TRANSCODER
        .json_to_wire("kitchen.v1.Shelf", br#"{"number":"7"}"#)
        .expect("a type");
    assert_eq!(&*wire.expect("a message"), b"\x08\x07");
    let json = TRANSCODER
        .wire_to_json("kitchen.v1.Shelf", b"\x08\x07")
        .expect("a type");
    assert_eq!(&*json.expect("JSON"), br#"{"number":"7","theme":""}"#);
}

#[test]
fn errors_tell_where_and_what_but_not_the_value() {
    let route = TRANSCODER
        .route(&Method::POST, "/v1/items:check")
        .expect("a route");
    let error = route.encode_request(None, None, br#"{"size":{"width":"hunter2"}}"#);
    let error = error.expect_err("no number").to_string();
    assert_eq!(error, "line 1, column 18: size.width: a number is expected");

    let error = TRANSCODER
        .json_to_wire("kitchen.v1.Scalars", br#"{"colour":"hunter2"}"#)
        .expect("a type")
        .expect_err("no colour")
        .to_string();
    assert_eq!(
        error,
        "line 1, column 11: colour: one of COLOUR_INFRARED, COLOUR_UNSPECIFIED, COLOUR_RED, \
         COLOUR_GREEN is expected"
    );

    let corrupt = route
        .decode_response(b"\x22\x02\x0a\x00")
        .expect_err("a wrong wire type");
    assert_eq!(
        corrupt.to_string(),
        "size.width: a value has the wrong wire type"
    );
}
