// SPDX-License-Identifier: Apache-2.0
// A bundle of its own (see build.mjs): reading it costs more than everything else the graph does, and a command whose
// facts are all remembered does without it.
export { parseDocument } from 'yaml';
