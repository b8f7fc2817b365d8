// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { removalOf, removalVariables, withoutRemoval } from './removed-results';

test('a task whose stored result was removed says so, and no other', () => {
  const environment = removalVariables(['a:make', 'b:test']);
  assert.match(removalOf('b:test', environment) ?? '', /^a stored result of b:test has changed/);
  assert.is(removalOf('b:make', environment), undefined);
  assert.is(removalOf('b:test', {}), undefined);
});

test('what is kept of its words is what it would have said without', () => {
  const removal = removalOf('a:make', removalVariables(['a:make']));
  assert.is(withoutRemoval('a:make', `${removal}\nmade\n`), 'made\n');
  assert.is(withoutRemoval('a:make', 'made\n'), 'made\n');
});

test.run();
