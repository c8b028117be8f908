// First of all, so that nothing is painted in the wrong colours.
import '../ui/theme.js';
import '../ui/theme.css';
import './styles/shell.css';
import './styles/controls.css';
import './styles/menus.css';
import './styles/header.css';
import './styles/chat.css';
import './styles/messages.css';
import './styles/text.css';
import './styles/media.css';
import './styles/cards.css';
import './styles/keyboard.css';
import './styles/composer.css';
import './styles/dialogs.css';
import './styles/sheets.css';
import { render } from 'preact';
import { App } from './app.js';
import { watchSomebody } from './state/store.js';

const place = document.getElementById('page');
if (!place) throw new Error('The page has no place for the app');
watchSomebody();
render(<App />, place);
