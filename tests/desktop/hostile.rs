//! An answer that attacks its reader.

use crate::stage::home::Home;
use meanwhile_support::model_server::{ModelServer, stop, text};
use serde_json::json;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

/// Somebody on this computer who notices every connection.
struct Sink {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
}

impl Sink {
    fn open() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let (address, connections) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
        let seen = Arc::clone(&connections);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                seen.fetch_add(1, SeqCst);
                drop(stream);
            }
        });
        Self { address, connections }
    }

    fn connections(&self) -> usize {
        self.connections.load(SeqCst)
    }
}

// F56, F57
#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_answer_runs_nothing_and_reaches_nobody() {
    let sink = Sink::open();
    let at = format!("http://{}", sink.address);
    let attack = format!(
        "Before.\n\n\
         <img src=x onerror=\"window.__pwned = 1; fetch('{at}/onerror')\">\n\n\
         <script>window.__pwned = 2</script>\n\n\
         <iframe src=\"{at}/frame\" srcdoc=\"<script>parent.__pwned = 3</script>\"></iframe>\n\n\
         <svg onload=\"window.__pwned = 4\"><use href=\"{at}/use.svg#x\"/></svg>\n\n\
         <link rel=stylesheet href=\"{at}/style.css\"><style>@import '{at}/import.css'; body {{ background: url({at}/bg) }}</style>\n\n\
         [press me](javascript:window.__pwned=5) <a href=\"javascript:window.__pwned=6\">or me</a>\n\n\
         ![a picture]({at}/picture.png) [![one more]({at}/linked.png)]({at}/page)\n\n\
         <meta http-equiv=refresh content=\"0;url={at}/refresh\"><base href=\"{at}/\"><form action=\"{at}/form\"><input autofocus onfocus=\"window.__pwned=7\"></form>\n\n\
         ```html\n<img src=\"{at}/code.png\" onerror=\"window.__pwned=8\">\n```\n\n\
         $\\href{{javascript:window.__pwned=9}}{{x}}$\n\n\
         The end of the answer."
    );
    let server = ModelServer::start().await;
    let middle = attack.len() / 2;
    let middle = (middle..).find(|at| attack.is_char_boundary(*at)).unwrap();
    server.script("story", [text(&attack[..middle]), text(&attack[middle..]), stop()]);
    let home = Home::new("hostile").set_up(&server).await;
    let app = home.start(&[]).await;
    let page = app.page().await;
    page.send("Attack me", &["Enter"]).await;
    page.until_answer(1, "The end of the answer.").await;
    page.until_gone(".live-bar").await;

    // It is shown as what it is: text.
    page.until_answer(1, "<script>window.__pwned = 2</script>").await;
    let active = "return [...document.querySelectorAll('.answer :is(script, iframe, img, object, embed, link, meta, base, form, input, style, use, [onerror], [onload], [onfocus])')].map((e) => e.outerHTML)";
    assert_eq!(page.script(active, json!([])).await.unwrap(), json!([]));

    // Pressing whatever can be pressed changes nothing here.
    let press = "for (const it of document.querySelectorAll('.answer-text a, .answer-text [role=link]')) {
        if (!(it.getAttribute('href') ?? '').startsWith('http')) it.click();
    }
    return [...document.querySelectorAll('.answer-text [href], .answer-text [src]')].map((e) => e.getAttribute('href') ?? e.getAttribute('src')).filter((to) => /^\\s*(javascript|data|vbscript|blob):/i.test(to))";
    assert_eq!(page.script(press, json!([])).await.unwrap(), json!([]));

    // Even a script that got in could reach nobody: the policy of the page is in force.
    let reach = "const at = arguments[0];
        const tried = [];
        const told = new Promise((tell) => {
            const broken = new Set();
            document.addEventListener('securitypolicyviolation', (event) => {
                broken.add(event.effectiveDirective);
                if (broken.has('img-src') && broken.has('connect-src') && broken.has('script-src-elem')) tell([...broken].sort());
            });
        });
        const image = new Image(); image.src = at + '/image';
        const script = document.createElement('script'); script.textContent = 'window.__pwned = 10'; document.body.append(script);
        fetch(at + '/fetch').catch(() => {});
        return told";
    let broken = page.script(reach, json!([at])).await.unwrap();
    assert_eq!(broken, json!(["connect-src", "img-src", "script-src-elem"]));
    let evaluated = "try { return [eval('1')] } catch (error) { return error.name }";
    assert_eq!(page.script(evaluated, json!([])).await.unwrap(), "EvalError");
    page.script("location.href = arguments[0] + '/navigate'", json!([at])).await.unwrap();
    page.script("window.open(arguments[0] + '/window')", json!([at])).await.unwrap();

    page.until_answer(1, "The end of the answer.").await;
    assert_eq!(page.script("return location.protocol", json!([])).await.unwrap(), "tauri:");
    assert_eq!(page.script("return window.__pwned ?? null", json!([])).await.unwrap(), json!(null));
    assert_eq!(page.handles().await.len(), 1, "no other page came up");
    assert_eq!(sink.connections(), 0);
    // And the sink would have noticed.
    assert!(reqwest::Client::builder().no_proxy().build().unwrap().get(&at).send().await.is_err());
    assert_eq!(sink.connections(), 1);
}
