//! Files as programs write them, made here so that no binary has to be kept.

use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;

pub fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn rels(all: &[(&str, &str)]) -> String {
    let all = all.iter().enumerate().map(|(at, (kind, target))| {
        format!(
            "<Relationship Id=\"r{}\" Type=\"http://x/relationships/{kind}\" Target=\"{target}\"/>",
            at + 1
        )
    });
    format!("<Relationships>{}</Relationships>", all.collect::<String>())
}

/// A document with this inside its body, and these footnotes.
pub fn docx(body: &str, footnotes: &str) -> Vec<u8> {
    zip(&docx_entries(body, footnotes).iter().map(|(name, xml)| (*name, xml.as_bytes())).collect::<Vec<_>>())
}

pub fn docx_entries(body: &str, footnotes: &str) -> Vec<(&'static str, String)> {
    vec![
        ("_rels/.rels", rels(&[("officeDocument", "word/document.xml")])),
        ("word/document.xml", format!("<w:document><w:body>{body}</w:body></w:document>")),
        ("word/_rels/document.xml.rels", rels(&[("footnotes", "footnotes.xml")])),
        ("word/footnotes.xml", format!("<w:footnotes>{footnotes}</w:footnotes>")),
    ]
}

/// A paragraph of a document.
pub fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

/// A workbook of sheets, each with its rows; the second style is a date.
pub fn xlsx(sheets: &[(&str, &str)], strings: &[&str]) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let list = (1..)
        .zip(sheets)
        .map(|(n, (name, _))| format!("<sheet name=\"{name}\" sheetId=\"{n}\" r:id=\"r{n}\"/>"));
    let list: String = list.collect();
    let files: Vec<String> = (1..=sheets.len()).map(|n| format!("worksheets/sheet{n}.xml")).collect();
    let book_rels = (1..).zip(&files).map(|(n, file)| {
        format!("<Relationship Id=\"r{n}\" Type=\"{office}/worksheet\" Target=\"{file}\"/>")
    });
    let book_rels: String = book_rels.collect();
    let strings: String = strings.iter().map(|text| format!("<si><t>{text}</t></si>")).collect();
    let mut entries = vec![
        ("_rels/.rels".to_owned(), rels(&[("officeDocument", "xl/workbook.xml")])),
        (
            "xl/workbook.xml".to_owned(),
            format!("<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets>{list}</sheets></workbook>"),
        ),
        ("xl/_rels/workbook.xml.rels".to_owned(), format!("<Relationships>{book_rels}</Relationships>")),
        ("xl/sharedStrings.xml".to_owned(), format!("<sst xmlns=\"{main}\">{strings}</sst>")),
        (
            "xl/styles.xml".to_owned(),
            format!(
                "<styleSheet xmlns=\"{main}\"><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
            ),
        ),
    ];
    for (file, (_, rows)) in files.iter().zip(sheets) {
        let sheet = format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>");
        entries.push((format!("xl/{file}"), sheet));
    }
    zip(&entries.iter().map(|(name, xml)| (name.as_str(), xml.as_bytes())).collect::<Vec<_>>())
}

/// A presentation: the text of each slide, and what its speaker notes.
pub fn pptx(slides: &[(&str, &str)]) -> Vec<u8> {
    let paragraph = |text: &str| format!("<a:p><a:r><a:t>{text}</a:t></a:r></a:p>");
    // The order of the files is not the order of the slides.
    let file = |at: usize| format!("slides/slide{}.xml", slides.len() - at);
    let targets: Vec<String> = (0..slides.len()).map(file).collect();
    let refs: Vec<(&str, &str)> = targets.iter().map(|target| ("slide", target.as_str())).collect();
    let ids = (1..=slides.len()).map(|n| format!("<p:sldId id=\"{}\" r:id=\"r{n}\"/>", 255 + n));
    let ids: String = ids.collect();
    let mut entries = vec![
        ("_rels/.rels".to_owned(), rels(&[("officeDocument", "/ppt/presentation.xml")])),
        (
            "ppt/presentation.xml".to_owned(),
            format!("<p:presentation><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>"),
        ),
        ("ppt/_rels/presentation.xml.rels".to_owned(), rels(&refs)),
    ];
    for (at, (text, notes)) in slides.iter().enumerate() {
        let name = &targets[at]["slides/".len()..];
        entries.push((format!("ppt/slides/{name}"), format!("<p:sld>{}</p:sld>", paragraph(text))));
        if !notes.is_empty() {
            let beside = format!("../notesSlides/{name}");
            entries.push((format!("ppt/slides/_rels/{name}.rels"), rels(&[("notesSlide", &beside)])));
            entries.push((
                format!("ppt/notesSlides/{name}"),
                format!("<p:notes>{}</p:notes>", paragraph(notes)),
            ));
        }
    }
    zip(&entries.iter().map(|(name, xml)| (name.as_str(), xml.as_bytes())).collect::<Vec<_>>())
}

/// A PDF of these objects, numbered from 1; the first is its catalog.
pub fn pdf_of(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend(format!("{} 0 obj\n", at + 1).bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let start = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    file.extend(places.iter().flat_map(|place| format!("{place:010} 00000 n \n").into_bytes()));
    let size = objects.len() + 1;
    let end = format!("trailer\n<</Size {size}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n");
    file.extend(end.bytes());
    file
}

/// The objects of a PDF with one page for each of these contents.
pub fn pages(contents: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let kids: String = (0..contents.len()).map(|at| format!("{} 0 R ", 4 + 2 * at)).collect();
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        format!("<</Type/Pages/Count {}/Kids[{kids}]>>", contents.len()).into_bytes(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_vec(),
    ];
    for (at, content) in contents.iter().enumerate() {
        let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>/XObject<</X 6 0 R>>>>";
        objects.push(format!("{page}/Contents {} 0 R>>", 5 + 2 * at).into_bytes());
        objects.push(stream("", content));
    }
    objects
}

pub fn stream(entries: &str, bytes: &[u8]) -> Vec<u8> {
    let mut object = format!("<<{entries}/Length {}>>stream\n", bytes.len()).into_bytes();
    object.extend(bytes);
    object.extend(b"\nendstream");
    object
}

/// What sets lines of text on a page.
pub fn lines(text: &str) -> Vec<u8> {
    let lines: String = text.lines().map(|line| format!("({line}) Tj T* ")).collect();
    format!("BT /F1 12 Tf 14 TL 72 770 Td {lines}ET").into_bytes()
}

/// A PDF with one page for each text.
pub fn pdf(texts: &[&str]) -> Vec<u8> {
    pdf_of(&pages(&texts.iter().map(|text| lines(text)).collect::<Vec<_>>()), "")
}

pub fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let pixels = RgbaImage::from_fn(width, height, |x, y| Rgba([x as u8, y as u8, (x ^ y) as u8, 255]));
    let mut file = Cursor::new(Vec::new());
    DynamicImage::from(pixels).into_rgb8().write_to(&mut file, format).unwrap();
    file.into_inner()
}
