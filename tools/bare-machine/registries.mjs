// SPDX-License-Identifier: Apache-2.0
// How this machine reaches its package registries, for a root file system that shall reach them the same way.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Variables that tell programs of registries, proxies and certificates; nothing else of the environment goes in. */
const VARIABLE = /^((https?|no|all|ftp)_proxy|pip_.*|npm_config_(registry|cafile|proxy|https_proxy|noproxy|.*:_auth.*)|(node_extra_ca_certs|ssl_cert_file|ssl_cert_dir|requests_ca_bundle|curl_ca_bundle))$/i;

/** npm's own settings that say where and how it downloads. */
const NPM_SETTINGS = ['registry', 'cafile', 'proxy', 'https-proxy', 'noproxy', 'replace-registry-host'];

/** Certificates that the administrator of this machine trusts beside Debian's. */
const CERTIFICATES = 'usr/local/share/ca-certificates';

const ask = (command, ...args) => {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
};

/** The environment that a command in there gets for its downloads. */
export function registryEnvironment(environment = process.env) {
  const given = Object.entries(environment).filter(([name]) => VARIABLE.test(name));
  const configured = JSON.parse(ask('npm', 'config', 'list', '--json') || '{}');
  const npm = NPM_SETTINGS.filter((name) => typeof configured[name] === 'string').map((name) => [`npm_config_${name.replaceAll('-', '_')}`, configured[name]]);
  return Object.fromEntries([...npm, ...given]);
}

/** Debian's archives as apt has them here: `{ uri, suite, components }`, `suite` without the release's name. */
export function debianArchives(listing = ask('apt-get', 'indextargets', '--format', '$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)', 'Created-By: Packages')) {
  const archives = new Map();
  for (const line of listing.split('\n')) {
    const [uri, release = '', component, origin] = line.split(' ');
    const suffix = /^[a-z]+(-updates|-security)?$/.exec(release);
    if (origin !== 'Debian' || suffix === null) continue;
    const key = suffix[1] ?? '';
    if (!archives.has(key)) archives.set(key, { uri, suite: key, component });
  }
  return [...archives.values()];
}

/** The text of sources.list for a release: the same archives as here, `main` only. */
export function sourcesList(archives, release) {
  return archives.map(({ uri, suite }) => `deb ${uri} ${release}${suite} main\n`).join('');
}

/** apt's proxies and date checks, as its configuration lines. */
function aptSettings() {
  return ask('apt-config', 'dump').split('\n').filter((line) => /^Acquire::(https?::Proxy|Check-(Valid-Until|Date)) /.test(line)).join('\n');
}

/** Puts into a root file system how registries are reached here. */
export function lendRegistries(root, release) {
  const archives = debianArchives();
  if (archives.length > 0) writeFileSync(join(root, 'etc/apt/sources.list'), sourcesList(archives, release));
  writeFileSync(join(root, 'etc/apt/apt.conf.d/90-registries'), `${aptSettings()}\n`);
  const certificates = join('/', CERTIFICATES);
  if (existsSync(certificates)) {
    for (const name of readdirSync(certificates)) {
      mkdirSync(join(root, CERTIFICATES), { recursive: true });
      cpSync(join(certificates, name), join(root, CERTIFICATES, name), { recursive: true });
    }
  }
  for (const file of ['etc/resolv.conf', 'etc/hosts']) if (existsSync(join('/', file))) cpSync(join('/', file), join(root, file), { dereference: true });
}
