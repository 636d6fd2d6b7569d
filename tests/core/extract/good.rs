//! What is read out of files as programs write them.

use crate::make::{self, docx, p, pdf, picture, pptx, xlsx};
use base64::Engine as _;
use image::{GenericImageView as _, ImageFormat};
use meanwhile_extract::{Document, ExtractError, Kind, Limits, read};

pub fn document(file: Vec<u8>) -> Document {
    read(file, &Limits::default()).unwrap()
}

/// Labels and texts.
fn parts(document: &Document) -> Vec<(&str, &str)> {
    document.parts.iter().map(|part| (part.label.as_str(), part.text.as_str())).collect()
}

#[test]
fn text_is_read_whatever_unicode_it_is_written_in() {
    let text = "fn main() {}\n\tGrüße, 世界\n";
    let utf16 = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        std::iter::once('\u{feff}')
            .chain(text.chars())
            .collect::<String>()
            .encode_utf16()
            .flat_map(order)
            .collect()
    };
    let files =
        [text.into(), format!("\u{feff}{text}").into(), utf16(u16::to_le_bytes), utf16(u16::to_be_bytes)];
    for file in files {
        let document = document(file);
        assert_eq!((document.kind, parts(&document)), (Kind::Text, vec![("text", text)]));
        assert!(document.notes.is_empty());
    }
}

#[test]
fn text_of_old_programs_is_read_and_called_a_guess() {
    let document = document(b"Gr\xfc\xdfe f\xfcr 5 \x80".to_vec());
    assert_eq!(parts(&document), [("text", "Grüße für 5 €")]);
    assert!(document.notes[0].contains("guess"), "{:?}", document.notes);
}

#[test]
fn a_pdf_is_read_page_by_page_in_lines_and_words() {
    let spaced = b"BT /F1 12 Tf 72 700 Td [(Two)-300(words) -20 (here)] TJ 0 -14 Td (next line) Tj 0 -40 Td (after a gap) Tj ET";
    let file = make::pdf_of(&make::pages(&[make::lines("First page\nwith two lines"), spaced.to_vec()]), "");
    let document = document(file);
    assert_eq!(document.kind, Kind::Pdf);
    assert_eq!(
        parts(&document),
        [("page 1", "First page\nwith two lines"), ("page 2", "Two wordshere\nnext line\n\nafter a gap"),]
    );
    assert!(document.notes.is_empty(), "{:?}", document.notes);
}

#[test]
fn letters_that_are_set_twice_to_look_bold_are_read_once() {
    let bold = b"BT /F1 12 Tf 72 700 Td (Bold) Tj ET BT /F1 12 Tf 72.3 700 Td (Bold) Tj ET BT 2 Tr /F1 12 Tf 72 600 Td (Outlined) Tj ET";
    let document = document(make::pdf_of(&make::pages(&[bold.to_vec()]), ""));
    assert_eq!(parts(&document), [("page 1", "Bold\n\nOutlined")]);
}

#[test]
fn a_page_without_text_is_named() {
    let document = document(pdf(&["one", "", "", "four"]));
    assert_eq!(parts(&document), [("page 1", "one"), ("page 4", "four")]);
    let note =
        "Pages 2–3: each has no text. Scanned pages have none; attach them as pictures to a model that sees.";
    assert_eq!(document.notes, [note]);
}

#[test]
fn a_document_is_read_with_its_headings_lists_tables_and_footnotes() {
    let cell = |text: &str| format!("<w:tc>{}</w:tc>", p(text));
    let table = format!(
        "<w:tbl><w:tr>{}{}</w:tr><w:tr>{}{}</w:tr></w:tbl>",
        cell("a"),
        cell("b"),
        cell("c"),
        cell("d")
    );
    let body = [
        "<w:p><w:pPr><w:pStyle w:val=\"Heading2\"/></w:pPr><w:r><w:t>A &amp; B</w:t></w:r></w:p>",
        &p("Text&#8212;<w:proofErr/>here"),
        "<w:p><w:pPr><w:tabs><w:tab w:pos=\"1\"/></w:tabs><w:numPr/></w:pPr><w:r><w:t>item</w:t><w:br/><w:t>more</w:t></w:r></w:p>",
        "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>",
        &table,
    ];
    let document = document(docx(&body.concat(), &p("A note")));
    let text = "## A & B\nText—here\n- item\nmore\n\na\tb\t\nc\td";
    assert_eq!(
        (document.kind, parts(&document)),
        (Kind::Word, vec![("text", text), ("footnotes", "A note")])
    );
}

#[test]
fn a_workbook_is_read_sheet_by_sheet_with_the_place_of_each_cell() {
    let sales = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"C1\" t=\"s\"><v>1</v></c></row>\
        <row r=\"4\"><c r=\"A4\" t=\"inlineStr\"><is><t>Ann\tB</t></is></c><c r=\"B4\" s=\"1\"><v>45943</v></c>\
        <c r=\"C4\"><f>1+1</f><v>2.5</v></c></row>";
    // A sheet of 17 thousand million places with two cells in it.
    let far = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>2</v></c></row>";
    let document = document(xlsx(&[("Sales", sales), ("Empty", ""), ("Far\u{202e}", far)], &["Name", "Sum"]));
    assert_eq!(
        parts(&document),
        [
            ("sheet Sales", "row\tA\tB\tC\n1\tName\t\tSum\n4\tAnn B\t2025-10-13\t2.5"),
            ("sheet Far", "row\tA\tXFD\n1\t1\n1048576\t\t2"),
        ]
    );
    assert_eq!(document.kind, Kind::Sheets);
}

#[test]
fn a_presentation_is_read_in_the_order_it_is_shown_with_its_notes() {
    let document = document(pptx(&[("Hello", ""), ("", ""), ("Bye", "Wave!")]));
    assert_eq!(parts(&document), [("slide 1", "Hello"), ("slide 3", "Bye\n\nNotes of the speaker:\nWave!")]);
    assert_eq!(document.kind, Kind::Slides);
}

#[test]
fn a_picture_of_any_format_is_made_small_enough_for_a_model() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
        let picture = document(picture(1960, 50, format)).picture.unwrap();
        assert_eq!((picture.width, picture.height), (1568, 40), "{format:?}");
        let bytes = base64::engine::general_purpose::STANDARD.decode(picture.base64).unwrap();
        let again = image::load_from_memory(&bytes).unwrap();
        assert_eq!(again.dimensions(), (1568, 40));
        let of = if format == ImageFormat::Jpeg { "image/jpeg" } else { "image/png" };
        assert_eq!(picture.media_type, of);
    }
    let small = document(picture(20, 10, ImageFormat::Png)).picture.unwrap();
    assert_eq!((small.width, small.height), (20, 10), "nothing is made larger");
}

#[test]
fn a_picture_is_turned_upright_and_says_no_more_where_it_was_taken() {
    let file = picture(40, 20, ImageFormat::Jpeg);
    // Exif of one entry, that the camera was held on its side, and a place.
    let exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0GPS 48.1 N";
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let tagged = [&file[..2], b"\xff\xe1", &length, exif, &file[2..]].concat();
    let picture = document(tagged).picture.unwrap();
    assert_eq!((picture.width, picture.height), (20, 40), "it was upright before its metadata were dropped");
    let bytes = base64::engine::general_purpose::STANDARD.decode(picture.base64).unwrap();
    assert!(!bytes.windows(3).any(|bytes| bytes == b"GPS"));
}

#[test]
fn a_file_is_what_its_bytes_say() {
    let refused = |file: &[u8]| read(file.to_vec(), &Limits::default()).unwrap_err();
    assert_eq!(refused(b""), ExtractError::Empty);
    assert_eq!(refused(b" \n"), ExtractError::Empty);
    assert_eq!(refused(b"\x7fELF\x02\x01\x01\0\0\0"), ExtractError::Unknown);
    assert_eq!(refused(b"BM\x36\0\0\0\0\0\0\0"), ExtractError::Unknown);
    assert_eq!(refused(&make::zip(&[("a.txt", b"a")])), ExtractError::Archive);
    assert_eq!(refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on"), ExtractError::OldOffice);
    let late = [b"\0 some bytes of a mail ".as_slice(), &pdf(&["late"])].concat();
    assert_eq!(parts(&document(late)), [("page 1", "late")], "what stands before a PDF is passed over");
}
