// SPDX-License-Identifier: Apache-2.0
// Sets up what this workspace needs, straight after `git clone`: plain Node, no dependency. This file must load in
// any Node that knows modules, so that one which is too old is told so instead of failing at a syntax it lacks.
var NEEDED = [20, 19];

function isOldEnough(version) {
  var parts = version.split('.').map(Number);
  return parts[0] > NEEDED[0] || (parts[0] === NEEDED[0] && parts[1] >= NEEDED[1]);
}

if (isOldEnough(process.versions.node)) {
  import('./run.mjs').then(function (run) {
    return run.main(process.argv.slice(2)).then(function (status) {
      process.exitCode = status;
    });
  });
} else {
  console.error('error: this Node is too old');
  console.error('  expected: Node ' + NEEDED.join('.') + ' or newer');
  console.error('  found:    Node ' + process.versions.node + ' (' + process.execPath + ')');
  console.error('  to do:    install a newer one from https://nodejs.org and run the command again');
  process.exitCode = 1;
}
