//! Workbooks: each sheet as a table whose first line and first column say where a cell is.

use super::{Read, say_part};
use crate::document::clean;
use crate::{ExtractError, Kind, Limits, Progress, Said, Say};
use calamine::{Data, ExcelDateTime, Reader as _, SheetType, Xlsx, XlsxError};
use std::collections::BTreeSet;
use std::io::Cursor;

type Cell = ((u32, u32), String);

pub(super) fn read(file: &[u8], limits: &Limits, say: Say<'_>) -> Read {
    let mut book = match Xlsx::new(Cursor::new(file)) {
        Ok(book) => book,
        Err(XlsxError::Password) => return Some(Err(ExtractError::Protected { kind: Kind::Sheets })),
        Err(_) => return None,
    };
    let sheets = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let names: Vec<String> = sheets.map(|sheet| sheet.name.clone()).collect();
    for (at, name) in names.iter().enumerate() {
        let said = cells(&mut book, name, limits.text_bytes)?
            .and_then(|cells| table(cells, limits.text_bytes))
            .and_then(|text| say_part(format!("sheet {}", clean(name)), text, say))
            .and_then(|()| say(Said::Progress(Progress { done: at + 1, of: names.len() })));
        if said.is_err() {
            return Some(said);
        }
    }
    Some(Ok(()))
}

/// The cells that have something in them. A sheet may have billions of places, so they are not asked for as a whole.
fn cells(
    book: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    mut left: u64,
) -> Option<Result<Vec<Cell>, ExtractError>> {
    let mut reader = book.worksheet_cells_reader(name).ok()?;
    let mut cells = Vec::new();
    while let Some(cell) = reader.next_cell().ok()? {
        let place = cell.get_position();
        let text = shown(cell.get_value().clone().into());
        // One string may stand in a million cells.
        let Some(less) = left.checked_sub(text.len() as u64) else {
            return Some(Err(ExtractError::TooMuchText));
        };
        left = less;
        if !text.is_empty() {
            cells.push((place, text));
        }
    }
    cells.sort_by_key(|(place, _)| *place);
    Some(Ok(cells))
}

/// Tabs between the columns that are used anywhere in the sheet.
fn table(cells: Vec<Cell>, most: u64) -> Result<String, ExtractError> {
    let columns: BTreeSet<u32> = cells.iter().map(|((_, column), _)| *column).collect();
    let columns: Vec<u32> = columns.into_iter().collect();
    let mut text = String::new();
    for column in &columns {
        text += &format!("\t{}", letters(*column));
    }
    let (mut row, mut at) = (None, 0);
    for ((of, column), value) in cells {
        if row != Some(of) {
            (row, at) = (Some(of), 0);
            text += &format!("\n{}", of + 1);
        }
        let place = columns.partition_point(|known| *known < column) + 1;
        text.extend(std::iter::repeat_n('\t', place.saturating_sub(at)));
        (text, at) = (text + &value, place);
        // A cell far to the right in each of many rows is mostly tabs.
        if text.len() as u64 > most {
            return Err(ExtractError::TooMuchText);
        }
    }
    // Without a word the line of letters would begin with a tab, and lose it.
    Ok(if columns.is_empty() { text } else { format!("row{text}") })
}

fn shown(value: Data) -> String {
    match value {
        Data::DateTime(moment) if moment.is_datetime() => date(moment),
        Data::DateTime(span) => clock(span.as_f64() * 86_400.0),
        other => other.to_string().replace(['\t', '\n', '\r'], " "),
    }
}

fn date(moment: ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let clock = format!("{hour:02}:{minute:02}:{second:02}");
    match (moment.as_f64() < 1.0, clock.as_str()) {
        // A time of day has no day.
        (true, _) => clock,
        (false, "00:00:00") => format!("{year}-{month:02}-{day:02}"),
        (false, _) => format!("{year}-{month:02}-{day:02} {clock}"),
    }
}

fn clock(seconds: f64) -> String {
    let seconds = seconds.round() as i64;
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// `A`, `Z`, `AA`.
fn letters(column: u32) -> String {
    let before = if column >= 26 { letters(column / 26 - 1) } else { String::new() };
    before + char::from(b'A' + (column % 26) as u8).encode_utf8(&mut [0; 4])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_in_every_spreadsheet() {
        let named = [0, 25, 26, 701, 702, 16_383].map(letters);
        assert_eq!(named, ["A", "Z", "AA", "ZZ", "AAA", "XFD"]);
    }
}
