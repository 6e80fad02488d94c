// @sesamecare-oss/redlock, the fork of Redlock that is kept up.
'use strict';

require('./shared/redlock_program')(require('@sesamecare-oss/redlock').Redlock);
