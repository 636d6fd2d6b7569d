//! Files that are damaged, or made to do harm. What may take much is read in a process of its own, in `child.rs`.

use crate::good::document;
use crate::make::{self, docx, docx_entries, p, pdf, picture, pptx, xlsx, zip};
use image::ImageFormat;
use meanwhile_extract::{Document, ExtractError, Kind, Limits, read};

fn refused(file: Vec<u8>) -> ExtractError {
    read(file, &Limits::default()).unwrap_err()
}

/// One good file of each kind that has a structure.
fn good_files() -> [Vec<u8>; 8] {
    let cell = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>";
    [
        pdf(&["one page", "another page"]),
        docx(&p("text"), &p("note")),
        xlsx(&[("Sheet", cell)], &["text"]),
        pptx(&[("slide", "notes")]),
        picture(9, 9, ImageFormat::Png),
        picture(9, 9, ImageFormat::Jpeg),
        picture(9, 9, ImageFormat::Gif),
        picture(9, 9, ImageFormat::WebP),
    ]
}

// F69
#[test]
fn a_file_that_is_cut_or_has_wrong_bytes_is_read_or_refused() {
    for good in good_files() {
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..40 {
            let mut file = good.clone();
            file.truncate(random.usize(1..file.len()));
            let _: Result<Document, ExtractError> = read(file, &Limits::default());
            let mut file = good.clone();
            for _ in 0..4 {
                let at = random.usize(..file.len());
                file[at] = random.u8(..);
            }
            let _: Result<Document, ExtractError> = read(file, &Limits::default());
        }
    }
}

// F69
#[test]
fn a_refused_file_is_told_why_and_what_to_do() {
    let said = |file| refused(file).to_string();
    let locked = make::pdf_of(
        &make::pages(&[make::lines("secret")]),
        "/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<00000000000000000000000000000000000000000000000000000000\
         00000000>/U<0000000000000000000000000000000000000000000000000000000000000000>>>",
    );
    assert_eq!(said(locked), "This PDF is protected by a password. Save a copy without one and attach that.");
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let locked = [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), &name].concat();
    assert_eq!(
        said(locked),
        "This document is protected by a password. Save a copy without one and attach that."
    );
    let again = "Open it in its own program, save a copy, and attach that.";
    assert_eq!(said(b"%PDF-1.7\nnothing".to_vec()), format!("This PDF is damaged. {again}"));
    let cut = &picture(90, 90, ImageFormat::Png)[..200];
    assert_eq!(said(cut.to_vec()), format!("This picture is damaged. {again}"));
    assert_eq!(said(docx("<w:p></w:x>", "")), format!("This document is damaged. {again}"));
}

// F69
#[test]
fn a_pdf_that_breaks_off_is_damaged_and_never_looks_like_scanned_pages() {
    let whole = pdf(&["What stands on leaf one.", "What stands on leaf two.", "What stands on leaf three."]);
    for cut in 1..20 {
        let file = whole[..whole.len() * cut / 20].to_vec();
        match read(file, &Limits::default()) {
            Ok(document) => {
                assert!(!document.parts.is_empty(), "{cut}: nothing is left of it");
                assert!(document.notes[0].starts_with("The file breaks off"), "{cut}: {:?}", document.notes);
            }
            Err(error) => assert_eq!(error, ExtractError::Damaged { kind: Kind::Pdf }, "{cut}"),
        }
    }
}

// F69
#[test]
fn one_bad_page_takes_nothing_from_the_others() {
    let mut objects =
        make::pages(&[make::lines("good"), b"BT /F1 12 Tf (never".to_vec(), make::lines("fine")]);
    objects[6] = make::stream("/Filter/FlateDecode", b"no such bytes");
    let document = document(make::pdf_of(&objects, ""));
    let labels: Vec<_> = document.parts.iter().map(|part| part.label.as_str()).collect();
    assert_eq!(labels, ["page 1", "page 3"]);
}

// F69
#[test]
fn pages_that_are_their_own_parents_end() {
    let mut objects = make::pages(&[make::lines("once")]);
    objects[1] = b"<</Type/Pages/Count 1000000/Kids[4 0 R 2 0 R 4 0 R 2 0 R]>>".to_vec();
    let document = document(make::pdf_of(&objects, ""));
    assert_eq!(document.parts.len(), 1, "{document:?}");
}

// F69
#[test]
fn a_form_that_draws_itself_ends() {
    let mut objects = make::pages(&[b"/X Do".to_vec()]);
    let form =
        "/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>/XObject<</X 6 0 R>>>>";
    objects.push(make::stream(form, &[make::lines("again"), b" /X Do".to_vec()].concat()));
    let document = document(make::pdf_of(&objects, ""));
    assert!(document.parts[0].text.starts_with("again"));
}

// F69
#[test]
fn objects_that_are_nested_without_end_are_refused() {
    let mut objects = make::pages(&[make::lines("deep")]);
    objects.push("[".repeat(200_000).into_bytes());
    objects[3] = b"<</Type/Page/Parent 2 0 R/MediaBox 6 0 R/Contents 5 0 R>>".to_vec();
    let file = make::pdf_of(&objects, "");
    let read = read(file, &Limits::default());
    assert!(!matches!(read, Err(ExtractError::Reader { .. })), "{read:?}");
}

// F69
#[test]
fn an_archive_that_unpacks_to_far_more_is_refused() {
    let bomb = ExtractError::Bomb { kind: Kind::Word };
    let zeros = vec![0; 20 << 20];
    let mut entries = docx_entries(&p("text"), "");
    let files = |entries: &[(&'static str, String)]| -> Vec<(String, Vec<u8>)> {
        entries.iter().map(|(name, xml)| ((*name).to_owned(), xml.clone().into_bytes())).collect()
    };
    let zipped = |files: &[(String, Vec<u8>)]| {
        zip(&files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect::<Vec<_>>())
    };
    let mut with = files(&entries);
    with.push(("word/media/x.bin".into(), zeros));
    assert_eq!(refused(zipped(&with)), bomb, "twenty megabytes out of twenty kilobytes");

    let small = Limits { entry_bytes: 1000, unpacked_bytes: 3000, ..Limits::default() };
    entries[1].1 = format!("<w:document>{}</w:document>", " ".repeat(1001));
    assert_eq!(read(zipped(&files(&entries)), &small), Err(bomb.clone()), "one entry");
    let mut with = files(&docx_entries(&p("text"), ""));
    with.extend((0..4).map(|at| (format!("word/{at}"), vec![b' '; 900])));
    assert_eq!(read(zipped(&with), &small), Err(bomb.clone()), "all of them");
    with.extend((0..10_001).map(|at| (format!("word/many/{at}"), Vec::new())));
    assert_eq!(refused(zipped(&with)), bomb, "ten thousand of them");
}

// F69
#[test]
fn entries_that_share_their_bytes_are_counted_each_time() {
    let mut entries: Vec<(&str, Vec<u8>)> = Vec::new();
    let document = docx_entries(&p("text"), "");
    entries.extend(document.iter().map(|(name, xml)| (*name, xml.clone().into_bytes())));
    entries.push(("word/0000", vec![b' '; 100 << 10]));
    let file = zip(&entries.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect::<Vec<_>>());
    // The list of an archive stands at its end. Its last record is written 99 times more, each with a name of its own.
    let end = file.windows(4).rposition(|bytes| bytes == b"PK\x05\x06").unwrap();
    let last = file[..end].windows(4).rposition(|bytes| bytes == b"PK\x01\x02").unwrap();
    let record = &file[last..end];
    let name = record.windows(9).position(|bytes| bytes == b"word/0000").unwrap();
    let mut shared = file[..end].to_vec();
    for at in 1..100 {
        let mut again = record.to_vec();
        again[name + 5..name + 9].copy_from_slice(format!("{at:04}").as_bytes());
        shared.extend(again);
    }
    let mut tail = file[end..].to_vec();
    let count = u16::try_from(entries.len() + 99).unwrap().to_le_bytes();
    tail[8..10].copy_from_slice(&count);
    tail[10..12].copy_from_slice(&count);
    let size =
        u32::from_le_bytes(tail[12..16].try_into().unwrap()) + u32::try_from(99 * record.len()).unwrap();
    tail[12..16].copy_from_slice(&size.to_le_bytes());
    shared.extend(tail);
    assert!(read(file, &Limits::default()).is_ok());
    let limits = Limits { unpacked_bytes: 5 << 20, ..Limits::default() };
    assert_eq!(read(shared, &limits), Err(ExtractError::Bomb { kind: Kind::Word }));
}

// F69
#[test]
fn entities_of_a_document_are_never_expanded() {
    let bomb =
        "<!DOCTYPE w [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\"><!ENTITY c SYSTEM \"file:///etc/passwd\">]>";
    let mut entries = docx_entries(&p("x&b;&c;&#33;&unknown;y"), "");
    entries[1].1.insert_str(0, bomb);
    let file = zip(&entries.iter().map(|(name, xml)| (*name, xml.as_bytes())).collect::<Vec<_>>());
    assert_eq!(document(file).parts[0].text, "x!y");
}

// F69
#[test]
fn a_document_of_any_depth_is_read() {
    let (open, close) = ("<w:sdt>".repeat(200_000), "</w:sdt>".repeat(200_000));
    assert_eq!(document(docx(&format!("{open}{}{close}", p("deep")), "")).parts[0].text, "deep");
    let (open, close) = ("<w:tbl><w:tr><w:tc>".repeat(10_000), "</w:tc></w:tr></w:tbl>".repeat(10_000));
    assert_eq!(document(docx(&format!("{open}{}{close}", p("deep")), "")).parts[0].text, "deep");
}

// F69
#[test]
fn a_picture_of_too_many_pixels_is_refused_by_its_head() {
    let mut png = picture(8, 8, ImageFormat::Png);
    png[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    let check = crc(&png[12..29]);
    png[29..33].copy_from_slice(&check.to_be_bytes());
    assert_eq!(refused(png), ExtractError::TooManyPixels { megapixels: 64 });
    let mut gif = picture(8, 8, ImageFormat::Gif);
    gif[6..10].copy_from_slice(&[0xff; 4]);
    assert_eq!(refused(gif), ExtractError::TooManyPixels { megapixels: 64 });
}

/// Of a piece of a PNG.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    })
}

// F69
#[test]
fn one_string_in_a_million_cells_is_too_much_text() {
    let cells: String = (1..=200).map(|n| format!("<c r=\"A{n}\" t=\"s\"><v>0</v></c>")).collect();
    let limits = Limits { text_bytes: 1 << 20, ..Limits::default() };
    let file = xlsx(&[("Sheet", &format!("<row>{cells}</row>"))], &[&"x".repeat(10_000)]);
    assert_eq!(read(file, &limits), Err(ExtractError::TooMuchText));
    let far =
        (0..300).map(|n| format!("<row r=\"{0}\"><c r=\"{1}{0}\"><v>1</v></c></row>", n + 1, letters(n)));
    let file = xlsx(&[("Sheet", &far.collect::<String>())], &[]);
    assert_eq!(read(file, &Limits { text_bytes: 20_000, ..limits }), Err(ExtractError::TooMuchText));
}

/// The name of a column with two letters.
fn letters(at: u32) -> String {
    let letter = |at: u32| char::from(b'A' + u8::try_from(at % 26).unwrap());
    [letter(at / 26), letter(at)].iter().collect()
}

// F70
#[test]
fn names_that_lead_out_of_an_archive_are_entries_like_others() {
    let outside = std::env::temp_dir().join("meanwhile-outside");
    let absolute = outside.to_str().unwrap();
    let mut entries = docx_entries(&p("text"), "");
    let long = "n".repeat(4096);
    for name in ["../../../../../../tmp/meanwhile-outside", absolute, "word\\..\\..\\x", "CON", "a\0b", &long]
    {
        entries.push((Box::leak(name.to_owned().into_boxed_str()), "out".into()));
    }
    let file = zip(&entries.iter().map(|(name, xml)| (*name, xml.as_bytes())).collect::<Vec<_>>());
    assert_eq!(document(file).parts[0].text, "text");
    assert!(!outside.exists());
    // What a document refers to is looked for in the archive only.
    let rels = "<Relationships><Relationship Id=\"a\" Type=\"x/officeDocument\" Target=\"word/../../../etc/passwd\"/></Relationships>";
    assert_eq!(refused(zip(&[("_rels/.rels", rels.as_bytes())])), ExtractError::Archive);
}
