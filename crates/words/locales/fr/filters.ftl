### filters

filters-title = Filtres enregistrés
filters-lead = Des recherches sous un nom. Chacun peut utiliser celles qui sont partagées ; seul leur auteur les modifie.
filters-none = Aucun filtre n’est enregistré
filters-none-next = Cherchez dans les journaux, puis choisissez Filtres, Enregistrer le filtre.
filters-default = par défaut
filters-shared = partagé
filters-by = de { $name }
filters-broken = Il n’est plus compris. Appliquez-le pour voir ce qu’il faut corriger.
filters-make-default = Par défaut
filters-unset-default = Plus par défaut
filters-share = Partager
filters-unshare = Garder privé
filters-rename = Renommer
filters-rename-named = Renommer { $name }
filters-name = Nom
filters-save = Enregistrer
filters-delete = Supprimer
filters-delete-named = Supprimer { $name }
filters-delete-ask = Supprimer ce filtre ? Aucun journal n’est touché.
filters-delete-yes = Supprimer le filtre
filters-exists = Vous avez déjà un filtre de ce nom.
