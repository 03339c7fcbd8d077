//! Native gRPC, by a client that is no work of ours.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::client::Grpc;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};
use tonic_prost::ProstCodec;
use tonic_types::StatusExt;

use crate::chat::{Chat, Note};
use crate::contracts::SECRET_TEXT;
use crate::house::{House, until, within};

async fn client(house: &House) -> Grpc<Channel> {
    let endpoint = Endpoint::from_shared(format!("http://{}", house.address)).unwrap();
    let mut client = Grpc::new(endpoint.connect().await.unwrap());
    client.ready().await.unwrap();
    client
}

fn path(method: &str) -> PathAndQuery {
    format!("/guardmesh.chat.v1.ChatService/{method}")
        .parse()
        .unwrap()
}

/// With the credentials of a user.
fn request<T>(house: &House, message: T) -> Request<T> {
    let mut request = Request::new(message);
    let bearer = house.bearer(&[]).parse().unwrap();
    request.metadata_mut().insert("authorization", bearer);
    request
}

async fn unary(house: &House, method: &str, request: Request<Note>) -> Result<Note, Status> {
    let mut client = client(house).await;
    let codec = ProstCodec::<Note, Note>::default();
    let answer = client.unary(request, path(method), codec);
    Ok(within("the call", answer).await?.into_inner())
}

/// All notes of a server stream, and how it ended.
async fn watch(house: &House, note: Note) -> (Vec<u32>, Option<Status>) {
    let mut client = client(house).await;
    let codec = ProstCodec::<Note, Note>::default();
    let answer = client.server_streaming(request(house, note), path("Watch"), codec);
    let mut notes = match within("the call", answer).await {
        Ok(answer) => answer.into_inner(),
        Err(status) => return (vec![], Some(status)),
    };
    let mut counts = Vec::new();
    loop {
        match within("a note", notes.message()).await {
            Ok(Some(note)) => counts.push(note.count),
            Ok(None) => return (counts, None),
            Err(status) => return (counts, Some(status)),
        }
    }
}

#[tokio::test]
async fn unary_calls_pass_and_carry_only_what_the_method_asks_for() {
    let (house, chat) = Chat::house(|_| {}).await;
    let mut call = request(&house, Note::new("hello", 7));
    let metadata = call.metadata_mut();
    metadata.insert("x-note", "wanted".parse().unwrap());
    metadata.insert("x-other", "unwanted".parse().unwrap());
    metadata.insert("x-request-id", "req-of-mine".parse().unwrap());
    metadata.insert("x-user-id", "usr_root".parse().unwrap());
    metadata.insert_bin(
        "x-guardmesh-caller-bin",
        tonic::metadata::MetadataValue::from_bytes(b"me"),
    );
    let mut client = client(&house).await;
    let codec = ProstCodec::<Note, Note>::default();
    let answer = client.unary(call, path("Echo"), codec).await.unwrap();
    assert_eq!(
        answer.metadata().get("x-request-id").unwrap(),
        "req-of-mine"
    );
    assert!(answer.metadata().get("x-inside").is_none(), "{answer:?}");
    assert_eq!(answer.into_inner(), Note::new("hello", 7));

    let calls = chat.calls();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0]["x-note"], "wanted");
    assert_eq!(calls[0]["x-request-id"], "req-of-mine");
    for name in ["authorization", "x-other", "x-user-id"] {
        assert!(!calls[0].contains_key(name), "{name}");
    }
}

#[tokio::test]
async fn the_product_itself_is_reachable() {
    use guardmesh_proto::guardmesh::auth::v1::auth_service_client::AuthServiceClient;
    use guardmesh_proto::guardmesh::auth::v1::{GetMeRequest, LoginRequest};
    use guardmesh_proto::guardmesh::gateway::v1::gateway_service_client::GatewayServiceClient;
    use guardmesh_proto::guardmesh::gateway::v1::{
        GetLivenessRequest, GetOpenApiRequest, ServingStatus,
    };

    let house = House::start().await;
    let url = format!("http://{}", house.address);
    let mut auth = AuthServiceClient::connect(url.clone()).await.unwrap();
    let me = auth.get_me(request(&house, GetMeRequest::default())).await;
    assert!(
        me.unwrap()
            .into_inner()
            .user
            .unwrap()
            .id
            .starts_with("usr_")
    );
    let error = auth.get_me(GetMeRequest::default()).await.unwrap_err();
    assert_eq!(error.code(), Code::Unauthenticated);
    let busy = LoginRequest {
        email: "busy".to_owned(),
        ..LoginRequest::default()
    };
    let error = auth.login(busy).await.unwrap_err();
    assert_eq!(error.code(), Code::ResourceExhausted);
    let details = error.get_error_details();
    let delay = details.retry_info().unwrap().retry_delay;
    assert_eq!(delay, Some(Duration::from_secs(7)));

    let mut gateway = GatewayServiceClient::connect(url).await.unwrap();
    let live = gateway.get_liveness(GetLivenessRequest::default()).await;
    assert_eq!(live.unwrap().into_inner().status(), ServingStatus::Serving);
    let document = gateway.get_open_api(GetOpenApiRequest::default()).await;
    assert_eq!(
        document.unwrap_err().code(),
        Code::Unimplemented,
        "a page of HTTP"
    );
}

#[tokio::test]
async fn refusals_are_grpc_statuses_with_details() {
    let (house, chat) = Chat::house(|_| {}).await;
    let reason = |status: &Status| {
        let details = status.get_error_details();
        assert!(
            details
                .request_info()
                .unwrap()
                .request_id
                .starts_with("req_")
        );
        details.error_info().unwrap().reason.clone()
    };
    let error = unary(&house, "Echo", Request::new(Note::default()))
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), &*reason(&error)),
        (Code::Unauthenticated, "UNAUTHENTICATED")
    );

    for method in ["Sweep", "Nothing"] {
        let error = unary(&house, method, request(&house, Note::default()))
            .await
            .unwrap_err();
        assert_eq!(
            (error.code(), &*reason(&error)),
            (Code::Unimplemented, "UNKNOWN_METHOD")
        );
    }
    let mut large = Note::new("large", 0);
    large.filling = vec![0; 1000].into();
    let error = unary(&house, "Echo", request(&house, large))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::ResourceExhausted, "{error:?}");

    let mut odd = request(&house, Note::default());
    odd.metadata_mut()
        .insert("grpc-timeout", "soon".parse().unwrap());
    let error = unary(&house, "Echo", odd).await.unwrap_err();
    assert_eq!(
        (error.code(), &*reason(&error)),
        (Code::InvalidArgument, "INVALID_TIMEOUT")
    );
    assert!(chat.calls().is_empty(), "nothing of it reached the service");

    let error = unary(&house, "Echo", request(&house, Note::new("no", 0)))
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), &*reason(&error)),
        (Code::NotFound, "NO_NOTE")
    );
    assert_eq!(error.message(), "There is no such nöte.");
    let details = error.get_error_details();
    assert_eq!(
        details.bad_request().unwrap().field_violations[0].field,
        "text"
    );
}

#[tokio::test]
async fn server_streams_pass_and_end_as_the_service_ends_them() {
    let (house, _) = Chat::house(|_| {}).await;
    assert_eq!(watch(&house, Note::new("count", 3)).await.0, [1, 2, 3]);
    assert!(watch(&house, Note::new("count", 0)).await.1.is_none());

    let (counts, status) = watch(&house, Note::new("then no", 2)).await;
    assert_eq!(
        (counts, status.unwrap().code()),
        (vec![1, 2], Code::NotFound)
    );
    let (counts, status) = watch(&house, Note::new("no", 2)).await;
    assert_eq!((counts, status.unwrap().code()), (vec![], Code::NotFound));
    let (counts, status) = watch(&house, Note::new("then broken", 1)).await;
    let status = status.unwrap();
    assert_eq!((counts, status.code()), (vec![1], Code::Internal));
    assert!(!format!("{status:?}").contains(SECRET_TEXT));
    let (_, status) = watch(&house, Note::new("too large", 1)).await;
    assert_eq!(status.unwrap().code(), Code::Internal);
}

#[tokio::test]
async fn client_streams_are_collected() {
    let (house, _) = Chat::house(|_| {}).await;
    let mut client = client(&house).await;
    let codec = ProstCodec::<Note, Note>::default;
    let notes = stream::iter(["a", "b", "c"]).map(|text| Note::new(text, 0));
    let call = request(&house, notes);
    let answer = client.client_streaming(call, path("Collect"), codec());
    let note = within("the call", answer).await.unwrap().into_inner();
    assert_eq!((&*note.text, note.count), ("abc", 3));

    // The service answers before the client is done.
    let notes = stream::iter([Note::new("enough", 0)]).chain(stream::pending());
    client.ready().await.unwrap();
    let call = request(&house, notes);
    let answer = client.client_streaming(call, path("Collect"), codec());
    assert_eq!(
        within("the call", answer).await.unwrap().into_inner().count,
        1
    );
}

#[tokio::test]
async fn both_directions_go_at_the_same_time() {
    let (house, chat) = Chat::house(|_| {}).await;
    let mut client = client(&house).await;
    let (notes, said) = mpsc::channel(1);
    let call = request(&house, ReceiverStream::new(said));
    let codec = ProstCodec::<Note, Note>::default();
    // Its headers come before the first note is said.
    let answer = client.streaming(call, path("Talk"), codec);
    let mut heard = within("the headers", answer).await.unwrap().into_inner();
    for text in ["one", "two", "three"] {
        notes.send(Note::new(text, 0)).await.unwrap();
        let note = within("the echo", heard.message()).await.unwrap().unwrap();
        assert_eq!(note.text, text);
    }
    // The service does not answer the one, and the other arrives all the same.
    notes.send(Note::new("wait", 0)).await.unwrap();
    until("the note", async || {
        chat.arrived.load(std::sync::atomic::Ordering::SeqCst) == 4
    })
    .await;
    chat.gate.add_permits(1);
    assert_eq!(
        within("the echo", heard.message())
            .await
            .unwrap()
            .unwrap()
            .text,
        "wait"
    );
    drop(notes);
    assert_eq!(within("the end", heard.message()).await.unwrap(), None);
}

#[tokio::test]
async fn messages_of_a_stream_are_bounded_one_by_one() {
    let (house, _) = Chat::house(|_| {}).await;
    let mut client = client(&house).await;
    let note = |size: usize| Note {
        filling: vec![0; size].into(),
        ..Note::default()
    };
    let (notes, said) = mpsc::channel(1);
    let codec = ProstCodec::<Note, Note>::default();
    let call = client.streaming(
        request(&house, ReceiverStream::new(said)),
        path("Talk"),
        codec,
    );
    let mut heard = within("the headers", call).await.unwrap().into_inner();
    // Together they are larger than one may be.
    for _ in 0..2 {
        notes.send(note(90_000)).await.unwrap();
        let echo = within("the echo", heard.message()).await.unwrap().unwrap();
        assert_eq!(echo.filling.len(), 90_000);
    }
    notes.send(note(100_000)).await.unwrap();
    let status = within("the end", heard.message()).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
    let details = status.get_error_details();
    assert_eq!(details.error_info().unwrap().reason, "MESSAGE_TOO_LARGE");
}

#[tokio::test]
async fn the_clients_deadline_reaches_the_service() {
    let (house, chat) = Chat::house(|_| {}).await;
    for method in ["Watch", "Echo"] {
        let mut call = request(&house, Note::new("count", 0));
        call.set_timeout(Duration::from_secs(5));
        let mut client = client(&house).await;
        let codec = ProstCodec::<Note, Note>::default();
        let call = client.server_streaming(call, path(method), codec);
        within("the call", call).await.unwrap();
        let given = chat.calls().last().unwrap()["grpc-timeout"].clone();
        let millis = given.to_str().unwrap().strip_suffix('m').unwrap();
        assert!(
            (1..=5000).contains(&millis.parse::<u32>().unwrap()),
            "{given:?}"
        );
    }
    let mut call = request(&house, Note::new("hang", 0));
    call.set_timeout(Duration::from_millis(1));
    let mut client = client(&house).await;
    let codec = ProstCodec::<Note, Note>::default();
    let call = client.server_streaming(call, path("Watch"), codec);
    let status = within("the call", call).await.map(drop).unwrap_err();
    assert!(matches!(
        status.code(),
        Code::DeadlineExceeded | Code::Cancelled
    ));
}
