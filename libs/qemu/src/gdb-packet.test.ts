// SPDX-License-Identifier: Apache-2.0
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PacketReader, framePacket } from './gdb-packet';

test('a packet carries the sum of its bytes modulo 256', () => {
  assert.is(framePacket('OK'), '$OK#9a');
  assert.is(framePacket(''), '$#00');
});

test('packets are found in any cutting of the stream, acknowledgements dropped, escapes undone', () => {
  const stream = '+$T05#b9+$a}]b#00$#00';
  for (let cut = 0; cut <= stream.length; cut++) {
    const packets: string[] = [];
    const reader = new PacketReader((packet) => packets.push(packet));
    reader.push(Buffer.from(stream.slice(0, cut)));
    reader.push(Buffer.from(stream.slice(cut)));
    assert.equal(packets, ['T05', 'a}b', '']);
  }
});

test.run();
