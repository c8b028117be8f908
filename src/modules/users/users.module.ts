import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { User } from './user.entity.js';
import { UsersFigures } from './users.figures.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

/** Profile, language and block state. */
@Module({
  imports: [TypeOrmModule.forFeature([User])],
  providers: [UsersRepository, UsersService],
  exports: [UsersService],
})
export class UsersModule {}

/** The scheduler's part: shows how many there are. */
@Module({ providers: [UsersFigures] })
export class UsersSchedulerModule {}
