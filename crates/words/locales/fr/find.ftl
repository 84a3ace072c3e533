### Aller n’importe où par son nom.

find-title = Aller à
find-what = Une page, un modèle, un enregistrement, un filtre …
find-do = Trouver
find-pages = Pages
find-actions = Actions
find-filters = Filtres enregistrés
find-models = Modèles
find-records = Enregistrements
find-coverage = Couverture des règles
find-groups = Groupes
find-new-rule = Nouvelle règle
find-new-user = Nouvel utilisateur
find-logs-with = Journaux contenant « { $text } »
find-none = Rien de ce nom
find-none-next = Les noms d’enregistrements sont cherchés parmi les derniers vus ; un identifiant est toujours trouvé.
find-move = choisir
find-open = ouvrir
find-close = fermer
