//! The API document, as served.

use serde_json::Value;

use crate::house::House;

#[tokio::test]
async fn the_document_describes_what_is_served() {
    let house = House::start().await;
    let answer = house.get("/openapi.json", &[]).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let document: Value = answer.text().parse().unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    for (path, item) in document["paths"].as_object().unwrap() {
        for verb in item.as_object().unwrap().keys() {
            let path = path.replace(['{', '}'], "x");
            let answer = house.request(&verb.to_uppercase(), &path, &[], b"").await;
            let text = answer.text();
            assert!(!text.contains("NO_ROUTE"), "{verb} {path}: {text}");
            assert_ne!(answer.status, 405, "{verb} {path}");
        }
    }
}
