//! T13 in the tray: what the app does while nothing runs and nobody looks.

use crate::desktop::app::App;
use crate::desktop::home::Home;
use crate::desktop::screen;
use crate::report::Report;
use crate::t13::{self, AFTER_START};
use crate::{Choice, Outcome};

pub async fn measure(_choice: &Choice, report: &mut Report) -> Outcome<()> {
    eprintln!("nothing to do in the tray");
    let home = Home::with_chat().await?;
    let app = App::spawn(&home, &["--hidden"])?;
    app.until_answers().await;
    t13::count("in the tray, started in the background", app.pid, AFTER_START, report).await?;
    app.quit().await?;

    let app = App::spawn(&home, &[])?;
    app.until_answers().await;
    screen::until_painted(app.pid).await?;
    app.close_window().await;
    t13::count("in the tray, window closed again", app.pid, AFTER_START, report).await?;
    app.quit().await
}
