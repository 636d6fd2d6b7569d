//! The process in which files are read, and what becomes of it.

use crate::make::{self, pdf};
use meanwhile_extract::{Document, ExtractError, LeftOut, Limits, Packed, Progress, extract_in_child};
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

const PROGRAM: &str = env!("CARGO_BIN_EXE_extract_child");
/// How long a fact may take to come on a busy machine.
const FACT: Duration = Duration::from_secs(60);
const SOON: Duration = Duration::from_millis(300);

fn attached(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

async fn child(what: &[&str], bytes: &[u8], limits: &Limits) -> Result<Document, ExtractError> {
    let file = attached(bytes);
    let read = extract_in_child(Path::new(PROGRAM), what, file.path(), limits, |_| {});
    timeout(FACT, read).await.expect("it ends by itself")
}

/// Waits until the process at the other end is gone.
async fn gone(mut connection: TcpStream) {
    let read = timeout(FACT, connection.read(&mut [0])).await.expect("the process is gone");
    assert!(!matches!(read, Ok(1..)), "{read:?}");
}

// F69
#[tokio::test]
async fn two_hundred_pages_are_told_one_after_another() {
    let texts: Vec<String> = (1..=200).map(|n| format!("This is page {n}")).collect();
    let file = attached(&pdf(&texts.iter().map(String::as_str).collect::<Vec<_>>()));
    let mut told = Vec::new();
    let none: [&str; 0] = [];
    let limits = Limits::default();
    let read = extract_in_child(Path::new(PROGRAM), &none, file.path(), &limits, |p| told.push(p));
    let document = read.await.unwrap();
    assert_eq!(told, (0..=200).map(|done| Progress { done, of: 200 }).collect::<Vec<_>>());
    assert_eq!(document.parts.len(), 200);
    assert_eq!(document.parts[11].label, "page 12");
    assert_eq!(document.parts[11].text, "This is page 12");
}

#[tokio::test]
async fn an_error_keeps_its_words_on_the_way() {
    let refused = child(&[], b"PK\x03\x04", &Limits::default()).await;
    assert_eq!(refused, Err(ExtractError::Archive));
}

#[tokio::test]
async fn it_knows_nothing_of_our_surroundings() {
    let read = child(&["surroundings"], b"x", &Limits::default()).await.unwrap();
    assert_eq!(read.notes, ["0 variables, in /"]);
}

// F69
#[tokio::test]
async fn a_process_that_says_nothing_is_ended_at_its_deadline() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let limits = Limits { idle: SOON, ..Limits::default() };
    let what = ["hang", address.as_str()];
    let (read, connection) = tokio::join!(child(&what, b"x", &limits), listener.accept());
    assert_eq!(read, Err(ExtractError::TooSlow));
    gone(connection.unwrap().0).await;
}

// F69
#[tokio::test]
async fn a_process_that_is_never_done_is_ended_too() {
    let limits = Limits { total: SOON, ..Limits::default() };
    assert_eq!(
        child(&["never done"], b"x", &Limits { text_bytes: 1 << 40, ..limits }).await,
        Err(ExtractError::TooSlow)
    );
}

// F69
#[tokio::test]
async fn a_process_is_gone_when_nobody_waits_for_it_any_more() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let limits = Limits::default();
    let what = ["hang", address.as_str()];
    let connection = tokio::select! {
        read = child(&what, b"x", &limits) => panic!("{read:?}"),
        accepted = listener.accept() => accepted.unwrap().0,
    };
    gone(connection).await;
}

// F69
#[tokio::test]
async fn a_process_that_says_too_much_or_nonsense_is_not_believed() {
    let limits = Limits { text_bytes: 1 << 20, ..Limits::default() };
    assert_eq!(child(&["flood"], b"x", &limits).await, Err(ExtractError::TooMuchText));
    let reason = "its answer makes no sense".to_owned();
    assert_eq!(child(&["nonsense"], b"x", &limits).await, Err(ExtractError::Reader { reason }));
    let reason = "exit status: 1: no such library".to_owned();
    assert_eq!(child(&["complain"], b"x", &limits).await, Err(ExtractError::Reader { reason }));
    let file = attached(b"x");
    let missing = extract_in_child(Path::new("/no/such/program"), &["x"], file.path(), &limits, |_| {});
    assert!(matches!(missing.await, Err(ExtractError::Reader { .. })));
}

#[tokio::test]
async fn what_is_no_file_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let none: [&str; 0] = [];
    let limits = Limits { file_bytes: 10, ..Limits::default() };
    let read = async |path: &Path| {
        extract_in_child(Path::new(PROGRAM), &none, path, &limits, |_| {}).await.unwrap_err()
    };
    assert_eq!(read(folder.path()).await, ExtractError::NotAFile);
    assert_eq!(read(Path::new("/dev/zero")).await, ExtractError::NotAFile);
    assert!(matches!(read(&folder.path().join("none")).await, ExtractError::Unreadable { .. }));
    assert_eq!(read(attached(&[b'x'; 11]).path()).await, ExtractError::TooLarge { mib: 0 });
}

// F69
#[cfg(target_os = "linux")]
#[tokio::test]
async fn whoever_takes_it_over_reaches_no_network_no_file_and_no_program() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let read = child(&["reach", &address], b"x", &Limits::default()).await.unwrap();
    let refused = "Some(PermissionDenied)";
    let expected = ["calls true".to_owned()]
        .into_iter()
        .chain(["connect", "read", "write", "run"].map(|what| format!("{what} {refused}")));
    assert_eq!(read.notes, expected.collect::<Vec<_>>());
    let accepted = tokio::select! {
        biased;
        accepted = listener.accept() => Some(accepted),
        () = std::future::ready(()) => None,
    };
    assert!(accepted.is_none(), "nobody came");
}

// F69
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_page_that_unpacks_without_end_stops_at_the_limit_of_memory() {
    let mut objects = make::pages(&[Vec::new()]);
    objects[4] = make::stream("/Filter/FlateDecode", &zeros(40 << 20));
    let limits = Limits { memory_bytes: 32 << 20, ..Limits::default() };
    let read = child(&[], &make::pdf_of(&objects, ""), &limits).await;
    assert_eq!(read, Err(ExtractError::TooMuchMemory { mib: 32 }));
}

/// So many zeros, in the format of PDF.
fn zeros(count: usize) -> Vec<u8> {
    let zipped = make::zip(&[("zeros", &vec![0; count])]);
    // The bytes of the only entry: behind its head of 30 bytes and its name, up to the list.
    let end = zipped.windows(4).rposition(|bytes| bytes == b"PK\x01\x02").unwrap();
    [b"\x78\x9c", &zipped[35..end]].concat()
}

// F69
#[cfg(unix)]
#[tokio::test]
async fn forms_that_draw_each_other_a_million_times_stop_at_the_limit_of_work() {
    let mut objects = make::pages(&[b"/X Do".to_vec()]);
    for at in 0..20 {
        let next = format!(
            "/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</X {} 0 R>>>>",
            7 + at
        );
        objects.push(make::stream(&next, &b"/X Do ".repeat(10)));
    }
    let limits = Limits { cpu_secs: 1, ..Limits::default() };
    assert_eq!(child(&[], &make::pdf_of(&objects, ""), &limits).await, Err(ExtractError::TooSlow));
}

// F69
#[cfg(unix)]
#[tokio::test]
async fn a_file_of_a_folder_that_takes_the_process_with_it_is_left_out_and_the_rest_is_read() {
    let mut objects = make::pages(&[b"/X Do".to_vec()]);
    for at in 0..20 {
        let next = format!(
            "/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</X {} 0 R>>>>",
            7 + at
        );
        objects.push(make::stream(&next, &b"/X Do ".repeat(10)));
    }
    let mut folder = Packed::default();
    folder.add("a.txt".to_owned(), b"before");
    folder.add("bad.pdf".to_owned(), &make::pdf_of(&objects, ""));
    folder.add("z.txt".to_owned(), b"after");
    let limits = Limits { cpu_secs: 1, ..Limits::default() };
    let read = child(&[], &folder.into_file(), &limits).await.unwrap();
    let texts: Vec<_> = read.parts.iter().map(|part| (part.label.as_str(), part.text.as_str())).collect();
    assert_eq!(texts, [("file a.txt", "before"), ("file z.txt", "after")]);
    assert_eq!(read.left_out, [LeftOut { path: "bad.pdf".to_owned(), why: ExtractError::TooSlow }]);
}
