export { decideLanguage, type Language } from './language.rules.js';
export { User } from './user.entity.js';
export { UserNotFoundError } from './users.errors.js';
export { UsersModule, UsersSchedulerModule } from './users.module.js';
export { UsersRepository } from './users.repository.js';
export { UsersService, type TelegramProfile } from './users.service.js';
