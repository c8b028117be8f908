import type { Env } from '../../platform/index.js';
import { LocalPhotoStore } from './local-photo-store.js';
import type { PhotoStore } from './photo-store.js';

/** The store that is configured. What speaks to S3 is loaded only where it is. */
export async function openPhotoStore(env: Env): Promise<PhotoStore> {
  switch (env.STORAGE_TYPE) {
    case 'local':
      return new LocalPhotoStore(env);
    case 's3': {
      const { S3Bucket } = await import('./s3-bucket.js');
      const { S3PhotoStore } = await import('./s3-photo-store.js');
      const bucket = new S3Bucket({
        bucket: env.S3_BUCKET ?? '',
        region: env.S3_REGION ?? '',
        endpoint: env.S3_ENDPOINT,
        accessKeyId: env.S3_ACCESS_KEY_ID ?? '',
        secretAccessKey: env.S3_SECRET_ACCESS_KEY ?? '',
        forcePathStyle: env.S3_FORCE_PATH_STYLE,
        timeoutMs: env.S3_TIMEOUT_MS,
      });
      return new S3PhotoStore(bucket, env.S3_PREFIX);
    }
  }
}
