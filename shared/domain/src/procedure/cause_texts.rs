// SPDX-License-Identifier: EUPL-1.2
//! What people read about each exclusion cause. Codes are stable, letters are display data (OQ-B18).

use serde::Deserialize;

use crate::ardis::Cause;
use crate::identity::RuleNumber;

/// One `[[cause]]` of the ARDIS file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CauseText {
    /// `E01` … `E09`.
    pub code: Cause,
    /// Letter of art. 4, comma 1.
    pub letter: char,
    /// «Art. 4, comma 1, lettera b)».
    pub citation: String,
    /// The reason lists print (`ARD-071`), in Italian, the same for everybody it concerns.
    pub reason: String,
    /// The rule that excludes.
    pub rule: RuleNumber,
}

/// All nine, each once (`ARD-064`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Given")]
pub struct CauseTexts([CauseText; Cause::ALL.len()]);

/// The list as the file gives it.
#[derive(Deserialize)]
struct Given(Vec<CauseText>);

/// Why the list was refused.
#[derive(Debug, thiserror::Error)]
enum CauseTextsError {
    #[error(
        "le cause di esclusione sono nove e qui sono {found}: scrivere una volta sola ciascuna, da E01 a E09"
    )]
    Count { found: usize },
    #[error("la causa {code} manca o è ripetuta: scrivere una volta sola ciascuna, da E01 a E09")]
    Code { code: Cause },
    #[error("la lettera «{letter}» è di due cause: ogni causa ha la sua")]
    Letter { letter: char },
    #[error("«{key}» della causa {code} è vuota: scrivere ciò che si leggerà negli elenchi")]
    Empty { code: Cause, key: &'static str },
}

impl CauseTexts {
    /// What people read about `cause`.
    #[must_use]
    pub fn of(&self, cause: Cause) -> &CauseText {
        // In the order of the enum, as `try_from` left them.
        &self.0[cause as usize]
    }

    /// All, from E01 to E09.
    pub fn iter(&self) -> impl Iterator<Item = &CauseText> {
        self.0.iter()
    }
}

impl TryFrom<Given> for CauseTexts {
    type Error = CauseTextsError;

    fn try_from(Given(mut texts): Given) -> Result<Self, CauseTextsError> {
        texts.sort_by_key(|text| text.code);
        let texts: [CauseText; Cause::ALL.len()] =
            texts.try_into().map_err(|texts: Vec<_>| CauseTextsError::Count { found: texts.len() })?;
        for (text, expected) in texts.iter().zip(Cause::ALL) {
            if text.code != expected {
                return Err(CauseTextsError::Code { code: expected });
            }
            for (key, value) in [("citation", &text.citation), ("reason", &text.reason)] {
                if value.trim().is_empty() {
                    return Err(CauseTextsError::Empty { code: text.code, key });
                }
            }
            if texts.iter().any(|other| other.code != text.code && other.letter == text.letter) {
                return Err(CauseTextsError::Letter { letter: text.letter });
            }
        }
        Ok(Self(texts))
    }
}
