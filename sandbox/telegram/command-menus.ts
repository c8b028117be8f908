/** One entry of a command menu. */
export interface BotCommand {
  command: string;
  description: string;
}

/** Where a menu counts: for everybody, for all private chats, for one chat, … */
export interface CommandScope {
  type: string;
  /** Of a scope that is one chat's. */
  chatId?: number;
}

/** The bot's command menus, by scope and language; an empty language is for all that have no menu of their own. */
export class CommandMenus {
  private readonly menus = new Map<string, BotCommand[]>();

  set(scope: CommandScope, language: string, commands: BotCommand[]): void {
    this.menus.set(keyOf(scope, language), commands);
  }

  find(scope: CommandScope, language: string): BotCommand[] | undefined {
    return this.menus.get(keyOf(scope, language));
  }

  delete(scope: CommandScope, language: string): void {
    this.menus.delete(keyOf(scope, language));
  }

  /**
   * What is shown in a private chat, the narrowest scope winning, and the language within it
   * (https://core.telegram.org/bots/api#determining-list-of-commands). Without a chat: in one that has no menu of its own.
   */
  shown(language: string, chatId?: number): BotCommand[] {
    const ownScopes: CommandScope[] = chatId === undefined ? [] : [{ type: 'chat', chatId }];
    for (const scope of [...ownScopes, { type: 'all_private_chats' }, { type: 'default' }]) {
      const menu = this.find(scope, language) ?? this.find(scope, '');
      if (menu) return menu;
    }
    return [];
  }
}

function keyOf({ type, chatId = 0 }: CommandScope, language: string): string {
  return `${type}:${chatId}/${language}`;
}
