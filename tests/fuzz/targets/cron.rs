// SPDX-License-Identifier: EUPL-1.2
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| campanella_tests::fuzzing::cron(input));
