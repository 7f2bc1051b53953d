import { sendBadInput } from './bad-input.ts';
import { bodies } from './cases/bodies.ts';
import { connections } from './cases/connections.ts';
import { keys } from './cases/keys.ts';
import { options } from './cases/options.ts';
import { patches } from './cases/patches.ts';
import { paths } from './cases/paths.ts';
import { protobuf } from './cases/protobuf.ts';

sendBadInput({ bodies, connections, keys, options, patches, paths, protobuf });
