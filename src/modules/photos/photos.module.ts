import { Module } from '@nestjs/common';
import { PhotoStore } from './photo-store.js';
import { PhotosService } from './photos.service.js';

/** Takes in and keeps product photos. Needs `Env` from a global module. */
@Module({ providers: [PhotosService, PhotoStore], exports: [PhotosService] })
export class PhotosModule {}
