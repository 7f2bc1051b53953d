/** What the flags decide about encryption at rest. */
export interface EncryptionOptions {
  /** `--encryption-provider-config`; '' for none: values are stored as they are. */
  readonly configFile: string;
  /** `--encryption-provider-config-automatic-reload`: the file is read again when it changes. */
  readonly reloads: boolean;
}

export const defaultEncryption: EncryptionOptions = Object.freeze({ configFile: '', reloads: false });
