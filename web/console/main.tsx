document.title = 'Neurocards console';
