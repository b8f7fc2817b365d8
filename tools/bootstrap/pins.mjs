// SPDX-License-Identifier: Apache-2.0

/** The series of a pin of workspace.json, each with all that belongs to it, as libs/toolchain/src/manifest.ts reads them. */
export function seriesOf({ series = [{}], ...shared }) {
  return series.map((own) => ({ ...shared, ...own }));
}
