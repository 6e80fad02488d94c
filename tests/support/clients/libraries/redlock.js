// Redlock.
'use strict';

require('./shared/redlock_program')(require('redlock').default);
