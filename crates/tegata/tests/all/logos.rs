//! Logos: what comes in as a picture, and what goes out as one.

use serde_json::{Value, json};

use crate::world::{Answer, Browser, RETURN_URL, Request, World, at_once, done, refused};

/// A picture of 585 × 1218 pixels, larger than any other body may be.
const PICTURE: &[u8] = include_bytes!("../../../../docs/images/code.ja.png");

impl World {
    fn set_logo(&self, picture: &[u8]) -> Answer {
        let path = format!("/v1/services/{}/logo", self.told("service"));
        self.call("PUT", &path).body("image/png", picture).send()
    }

    /// Where the logo on a flow's first page is.
    fn shown_logo(&self) -> Option<String> {
        let page = Browser::new().open(&self.create_flow(json!({})).url).is(200);
        let image = page.html().split("<img class=\"logo\" src=\"").nth(1)?.to_owned();
        let (src, rest) = image.split_once('"')?;
        assert!(rest.starts_with(" alt=\"\""), "the name stands beside it: {rest:.60}");
        Some(src.to_owned())
    }
}

#[test]
fn d5_a_logo_is_drawn_anew_and_stands_beside_the_name() {
    let world = World::new();
    let service = format!("/v1/services/{}", world.told("service"));
    assert_eq!((world.get(&service).json()["logo"].clone(), world.shown_logo()), (Value::Null, None));
    let set = world.set_logo(PICTURE).is(200).json();
    let path = set["logo"].as_str().expect("it has one").to_owned();
    assert_eq!(world.shown_logo().as_deref(), Some(path.as_str()));
    let image = world.request("GET", &path).send().is(200);
    for (header, value) in [
        ("content-type", "image/png"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "public, max-age=31536000, immutable"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'; sandbox"),
    ] {
        assert_eq!(image.header(header), Some(value), "{image:?}");
    }
    let bytes: usize = image.header("content-length").and_then(|length| length.parse().ok()).expect("a length");
    assert!(image.body[3..].starts_with("PNG") && bytes < PICTURE.len() / 2, "{bytes}");
    let old = path.replace(path.rsplit('/').next().expect("a hash"), &"0".repeat(64));
    assert_eq!(world.request("GET", &old).send().is(200).header("cache-control"), Some("no-store"));
    // Other settings leave it alone, and nobody sets it as if it were one.
    let renamed = world.call("PATCH", &service).json(&json!({ "brand": "みなと" })).send().is(200).json();
    assert_eq!(renamed["logo"], json!(path));
    let set = world.call("PATCH", &service).json(&json!({ "logo": "/evil" })).send();
    assert_eq!(set.is_refused("bad-request")["field"], "logo");
    let gone = world.call("DELETE", &format!("{service}/logo")).send().is(200).json();
    assert_eq!((gone["logo"].clone(), world.shown_logo()), (Value::Null, None));
    world.request("GET", &path).send().is_refused("not-found");
}

#[test]
fn d5_a_logo_is_a_picture_and_small() {
    let mut world = World::new();
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    for picture in [svg.as_slice(), b"", b"\x89PNG\r\n\x1a\n", &PICTURE[..PICTURE.len() / 2]] {
        let problem = world.set_logo(picture).is_refused("bad-request");
        assert_eq!(problem["must"], "be a PNG, JPEG or WebP picture that can be read");
    }
    world.set_logo(&vec![0; 256 * 1024 + 1]).is_refused("payload-too-large");
    let unknown = world.call("PUT", "/v1/services/svc_01h455vb4pex5vsknk084sn02q/logo");
    unknown.body("image/png", PICTURE).send().is_refused("not-found");
    let service = world.told("service");
    let key = world.another_key(&service);
    for method in ["PUT", "DELETE"] {
        let call = world.request(method, &format!("/v1/services/{service}/logo")).key(&key);
        call.body("image/png", PICTURE).send().is_refused("forbidden");
    }
    assert_eq!(world.shown_logo(), None);
}

/// A few bytes can take a hundred megabytes to read: many at once would take a server's memory.
#[test]
fn d5_one_logo_is_drawn_at_a_time() {
    let world = World::new();
    let answers = at_once(12, |_| world.set_logo(PICTURE));
    let (drawn, refused): (Vec<&Answer>, Vec<&Answer>) = answers.iter().partition(|answer| answer.status == 200);
    assert!(!drawn.is_empty() && !refused.is_empty(), "{answers:?}");
    refused.iter().for_each(|answer| drop(answer.is_refused("busy")));
}

#[test]
fn d5_a_logo_is_shown_under_its_own_services_host() {
    let world = World::new();
    let path = world.set_logo(PICTURE).is(200).json()["logo"].as_str().expect("a path").to_owned();
    let other = json!({ "brand": "Other", "return_urls": [RETURN_URL], "host": "other.localhost" });
    world.post("/v1/services", other).is(201);
    let under = |host: &str| Request::new("GET", &format!("{}{path}", world.told("url"))).header("Host", host).send();
    under("127.0.0.1").is(200);
    under("other.localhost").is(404);
    world
        .call("PATCH", &format!("/v1/services/{}", world.told("service")))
        .json(&json!({ "host": "own.localhost" }))
        .send()
        .is(200);
    under("own.localhost").is(200);
}

#[test]
fn an_operator_sets_a_logo_by_a_command() {
    let mut world = World::new();
    world.restart_around(|world| {
        let config = world.write_config();
        let service = world.told("service");
        let file = world.data.file("logo.png");
        std::fs::write(&file, PICTURE).expect("the folder can be written");
        done(&["service", "logo", "--config", &config, "--service", &service, &file]);
        let text = world.data.write("logo.txt", "no picture");
        let told = refused(&["service", "logo", "--config", &config, "--service", &service, &text]);
        assert!(told.contains("logo must be a PNG, JPEG or WebP picture"), "{told}");
        refused(&["service", "logo", "--config", &config, "--service", &service, &world.data.file("nowhere.png")]);
        let unknown = "svc_01h455vb4pex5vsknk084sn02q";
        assert!(refused(&["service", "logo", "--config", &config, "--service", unknown, &file]).contains("no service"));
    });
    assert!(world.shown_logo().is_some());
    world.restart_around(|world| {
        done(&["service", "logo", "--config", &world.write_config(), "--service", &world.told("service")]);
    });
    assert_eq!(world.shown_logo(), None);
}
