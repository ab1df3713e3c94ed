// Unpacks the browser that @sparticuz/chromium carries, with the libraries and fonts that a bare
// machine lacks, into one directory: node unpack.mjs DIRECTORY. Its program is DIRECTORY/chromium.
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, rm, writeFile, rename } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import tar from 'tar-fs';

const target = resolve(process.argv[2]);
const packed = join(
  dirname(fileURLToPath(import.meta.url)),
  'node_modules/@sparticuz/chromium/bin',
);
const fresh = `${target}.${process.pid}`;

const unpacked = (name) => createReadStream(join(packed, name)).compose(createBrotliDecompress());

await mkdir(fresh, { recursive: true });
await pipeline(unpacked('chromium.br'), createWriteStream(join(fresh, 'chromium.bin'), { mode: 0o755 }));
await pipeline(unpacked('al2023.tar.br'), tar.extract(join(fresh, 'libraries')));
await pipeline(unpacked('swiftshader.tar.br'), tar.extract(fresh));
await pipeline(unpacked('fonts.tar.br'), tar.extract(join(fresh, 'fonts')));

// The machine's own libraries and fonts come first: they are newer and more.
await writeFile(
  join(fresh, 'chromium'),
  `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
export LD_LIBRARY_PATH="\${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}/usr/lib/x86_64-linux-gnu:/lib/x86_64-linux-gnu:/usr/lib64:$here/libraries/lib"
[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_PATH="$here/fonts"
exec "$here/chromium.bin" "$@"
`,
);
await chmod(join(fresh, 'chromium'), 0o755);
await rm(target, { recursive: true, force: true });
await rename(fresh, target);
