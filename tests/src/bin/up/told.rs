// SPDX-License-Identifier: EUPL-1.2
//! What is said once everything is up: where everything is.

use std::fmt::Write as _;

use crate::place::Place;
use crate::servers::Servers;
use crate::workers::Workers;

/// The text, with its end of line.
pub(crate) fn text(place: &Place, servers: &Servers, workers: &Workers) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(text, "\n  {:<20}{:<10}{:<32}log", "worker", "pid", "status");
    for worker in workers.all() {
        let status = format!("http://{}/status", worker.listen);
        let _ = writeln!(
            text,
            "  {:<20}{:<10}{status:<32}{}",
            worker.name,
            worker.pid,
            workers.log(worker.name).display()
        );
    }
    let program = workers.program.display();
    let _ = write!(
        text,
        "\n  database  {}\n  broker    {}\n            {}\n  mails     {}\n\n\
         Beside them, for a demonstration in a year of its own:\n\n  \
         {program} demo --data {} \\\n    --database '{}' \\\n    --broker '{}'\n\n  \
         A year begins on an empty database: the next ./dev up empties this one, and the command works again.\n\n\
         Ctrl-C stops everything; the data stay in {}.\n",
        servers.workers.database,
        servers.workers.broker,
        servers.management,
        place.join("mail").display(),
        place.join("demo").display(),
        servers.demo.database,
        servers.demo.broker,
        place.folder().display(),
    );
    text
}
