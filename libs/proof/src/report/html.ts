// SPDX-License-Identifier: Apache-2.0
import type { Transcript } from '../transcript';
import type { InapplicableCheck } from '../judge';
import type { Evidence, EvidenceCheck } from './evidence';
import { everyCheck } from './every-check';
import { escapeXml as text } from './junit';

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
body { max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #8884; }
td:nth-child(1) { text-align: right; }
code, pre { font: 13px/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
.passed { color: #17803d; } .failed { color: #c62828; font-weight: 600; } .inapplicable { color: #888; }
ul { margin: 0; padding-left: 1.1rem; } li.unmet { color: #c62828; }
pre { background: #8881; padding: .8rem; overflow-x: auto; }
pre a { color: inherit; text-decoration: none; } pre :target { background: #fd08; }
`;

function condition({ met, expected, evidence, line }: EvidenceCheck['conditions'][number]): string {
  const place = line === undefined ? '' : ` <a href="#L${line}">line ${line}</a>`;
  const wanted = met ? '' : `<br>expected <code>${text(expected)}</code>`;
  return `<li class="${met ? 'met' : 'unmet'}"><code>${text(evidence)}</code>${place}${wanted}</li>`;
}

function row({ number, title, verdict, how, conditions }: EvidenceCheck): string {
  const findings = `<ul>${conditions.map(condition).join('')}</ul>`;
  return `<tr><td>${number}</td><td class="${verdict}">${verdict}</td><td>${how}</td><td>${text(title)}</td><td>${findings}</td></tr>`;
}

function inapplicableRow({ number, title, reason }: InapplicableCheck): string {
  const verdict = '<td class="inapplicable">inapplicable</td><td></td>';
  return `<tr><td>${number}</td>${verdict}<td>${text(title)}</td><td>${text(reason)}</td></tr>`;
}

function facts(evidence: Evidence): string {
  const { machine } = evidence.configuration;
  const entries: [string, string][] = [
    ['Machine', `QEMU ${machine.machine}, ${machine.cpu}, ${machine.cpus} CPU, ${machine.memory_mib} MiB, TCG`],
    ...Object.entries(evidence.tools).map(([name, version]): [string, string] => [`Tool: ${name}`, version]),
    ...Object.entries(evidence.versions).map(([name, version]): [string, string] => [`Stated by the guest: ${name}`, version]),
    ...evidence.inputs.map(({ name, file, sha256 }): [string, string] => [`Input: ${name}`, `${file} sha256 ${sha256}`]),
    ['Command line', evidence.configuration.commandLine.join(' ')],
    ['Ended by', evidence.end.ended],
  ];
  return entries.map(([name, value]) => `<tr><th>${text(name)}</th><td><code>${text(value)}</code></td></tr>`).join('\n');
}

/** A report for people in one file that needs nothing else. */
export function html(evidence: Evidence, transcript: Transcript, because: readonly string[] = []): string {
  const lines = transcript.lines.map(({ number, shown }) => `<a id="L${number}" href="#L${number}">${String(number).padStart(5)}</a> ${text(shown)}`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${text(evidence.title)}</title><style>${STYLE}</style></head><body>
<h1>${text(evidence.title)}</h1>
<p class="${evidence.verdict}">${text(evidence.banner)}</p>
<p>${text(evidence.claim)}</p>
${evidence.faults.map((fault) => `<p class="failed">${text(fault)}</p>`).join('\n')}
${because.map((reason) => `<p>It ran because: ${text(reason)}</p>`).join('\n')}
<table><thead><tr><th>#</th><th>Verdict</th><th>How</th><th>Check</th><th>Evidence</th></tr></thead><tbody>
${everyCheck(evidence, { judged: row, inapplicable: inapplicableRow }).join('\n')}
</tbody></table>
<h2>What this does not show</h2>
<ul>${evidence.doesNotShow.map((limit) => `<li>${text(limit)}</li>`).join('')}</ul>
<h2>Configuration</h2>
<table><tbody>
${facts(evidence)}
</tbody></table>
<h2>Transcript</h2>
<p>The digits of the kernel's time stamps are masked, so that two runs compare.</p>
<pre>${lines.join('\n')}</pre>
</body></html>
`;
}
