//! Requests damaged at random: whatever comes, the gateway answers what the client did wrong, or
//! hangs up; it does not fail, and goes on.

use std::ops::Range;

use crate::house::{House, within};
use crate::wire::Wire;

const REQUESTS: [&str; 5] = [
    "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 32\r\n\r\n{\"email\": \"a\", \"password\": \"\\u0\"}",
    "POST /webhooks/stripe HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nStripe-Signature: t=1\r\n\r\n5;x=y\r\nhello\r\n0\r\nTrailer: x\r\n\r\n",
    "GET /api/v1/guard-runs/run_%31?page_size=3 HTTP/1.1\r\nHost: [::1]:80\r\nAuthorization: Bearer a.b.c\r\nX-Request-Id: abc\r\n\r\n",
    "POST /api/v1/guards:check HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
    "GET /health HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, upgrade\r\nUpgrade: h2c\r\n\r\nGET /health/live HTTP/1.1\r\nHost: a\r\n\r\n",
];
const ROUNDS: usize = 1500;
/// Bytes that mean something to a parser.
const TELLING: &[u8] = b"\r\n\0 :;,%/\\\"{}[]#?&=.+-09fF\x7f\x80\xff\t";

/// A repeatable sequence (xorshift).
struct Noise(u64);

impl Noise {
    fn next(&mut self, range: Range<usize>) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let offset = self.0 % u64::try_from(range.len()).unwrap();
        range.start + usize::try_from(offset).unwrap()
    }

    fn damage(&mut self, request: &mut Vec<u8>) {
        let at = self.next(0..request.len());
        match self.next(0..5) {
            0 => request[at] = TELLING[self.next(0..TELLING.len())],
            1 => request.insert(at, TELLING[self.next(0..TELLING.len())]),
            2 => drop(request.remove(at)),
            3 => request[at] ^= 1 << self.next(0..8),
            _ => {
                let end = self.next(at..request.len());
                let part = request[at..=end].to_vec();
                let to = self.next(0..request.len());
                request.splice(to..to, part);
            }
        }
    }
}

/// Several threads: were the gateway to spin on a request, the test would still say on which.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn noise_is_answered_or_hung_up_on() {
    let house = House::start().await;
    let mut noise = Noise(0x9e37_79b9_7f4a_7c15);
    for round in 0..ROUNDS {
        let mut request = REQUESTS[round % REQUESTS.len()].as_bytes().to_vec();
        for _ in 0..noise.next(1..4) {
            noise.damage(&mut request);
        }
        let half = noise.next(0..request.len());
        let shown = String::from_utf8_lossy(&request);
        let exchange = async {
            let mut wire = Wire::open(house.address).await;
            wire.send(&request[..half]).await;
            tokio::task::yield_now().await;
            wire.send_if_open(&request[half..]).await;
            wire.finish().await;
            wire.rest().await
        };
        let answer = within(&format!("{round}: {shown:?}"), exchange).await;
        let text = String::from_utf8_lossy(&answer);
        let good = ["HTTP/1.1 1", "HTTP/1.1 2", "HTTP/1.1 4"];
        assert!(
            answer.is_empty() || good.iter().any(|start| text.starts_with(start)),
            "{shown:?}: {text}"
        );
    }
    assert_eq!(house.get("/health", &[]).await.status, 200);
}
