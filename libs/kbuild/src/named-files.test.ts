// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { optionsThatNameFiles, refuseNamedFiles } from './named-files';

const VALUES: [symbol: string, value: string, refused: boolean][] = [
  ['INITRAMFS_SOURCE', '"/w/extra/list"', true],
  ['INITRAMFS_SOURCE', '"../list /elsewhere/list"', true],
  ['INITRAMFS_SOURCE', '""', false],
  ['EXTRA_FIRMWARE', '"acme/blob.bin"', true],
  ['EXTRA_FIRMWARE_DIR', '"/lib/firmware"', false],
  ['EXTRA_FIRMWARE_DIR', '"/w/firmware"', true],
  ['SYSTEM_TRUSTED_KEYS', '"certs/acme.pem"', true],
  ['MODULE_SIG_KEY', '"certs/signing_key.pem"', false],
  ['MODULE_SIG_KEY', '"certs/acme.pem"', true],
  ['MODPROBE_PATH', '"/sbin/modprobe"', false],
  ['CMDLINE', '"console=ttyAMA0 init=/sbin/init"', false],
  ['CMDLINE', '"acme.table=/w/table"', true],
  ['DEFAULT_HOSTNAME', '"/wide"', false],
  ['MODULES', 'y', false],
];
for (const [symbol, value, refused] of VALUES) {
  test(`CONFIG_${symbol}=${value} is ${refused ? 'refused' : 'taken'}`, () => {
    const found = optionsThatNameFiles(new Map([[`CONFIG_${symbol}`, value]]), '/w');
    assert.equal(found, refused ? [`CONFIG_${symbol}`] : []);
  });
}

test('an option is refused where it is asked for, else in the name of the kernel', () => {
  const final = new Map([['CONFIG_SYSTEM_TRUSTED_KEYS', '"a.pem"']]);
  const requested = [{ symbol: 'CONFIG_SYSTEM_TRUSTED_KEYS', value: '"a.pem"', at: { file: 'k/a.config', line: 3 } }];
  const kernel = { workspaceRoot: '/w', file: 'k/kernel.yaml' };
  const refuse = (asked: typeof requested) => () => refuseNamedFiles(final, asked, kernel);
  assert.throws(refuse(requested), /^k\/a\.config:3: CONFIG_SYSTEM_TRUSTED_KEYS names files/);
  assert.throws(refuse([]), /^k\/kernel\.yaml: CONFIG_SYSTEM_TRUSTED_KEYS names files/);
});

test.run();
