"""The Flask extensions, without an app. ``studio.app`` ties them to one."""

from flask_babel import Babel
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_sqlalchemy_lite import SQLAlchemy
from flask_wtf import CSRFProtect

# What was written is known without asking again; ``writing`` makes the next change look anew.
db = SQLAlchemy(session_options={"expire_on_commit": False})
babel = Babel()
compress = Compress()
csrf = CSRFProtect()
limiter = Limiter(get_remote_address, storage_uri="memory://")
login_manager = LoginManager()
