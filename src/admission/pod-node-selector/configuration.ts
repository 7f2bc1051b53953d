import { z } from 'zod';
import { type Place, parsePlainConfig } from '../../configuration/parse-config.ts';
import type { PodNodeSelectorConfiguration } from './plugin.ts';

const schema = z.strictObject({ podNodeSelectorPluginConfig: z.record(z.string(), z.string()).default({}) });

export const readPodNodeSelector = (path: string, text: string, place: Place): PodNodeSelectorConfiguration =>
  parsePlainConfig(path, text, schema, place).podNodeSelectorPluginConfig;
