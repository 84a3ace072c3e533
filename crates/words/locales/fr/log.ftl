### log

log-where = Où l’on se trouve
log-document-title = { $name } – révision { $revision }
log-revision = révision { $revision }
log-history = Révision dans l’historique
log-previous = Précédent
log-next = Suivant
log-previous-why = L’entrée qui précède dans la liste d’où vous venez
log-next-why = L’entrée qui suit dans la liste d’où vous venez
log-changes = Modifications
log-no-changes = L’opération n’indiquait aucune valeur.
log-field = Champ
log-old = Ancienne valeur
log-new = Nouvelle valeur
log-to = devient
log-outside = Modifié hors de la piste d’audit
log-outside-why = avant cette opération. Nul ne sait par qui :
log-observed = { $count ->
    [one] { $count } valeur vue sans être modifiée
   *[other] { $count } valeurs vues sans être modifiées
}
log-observed-why = L’opération les indiquait à côté de ses modifications ; la piste d’audit ne les connaissait pas encore.
log-who-and-when = Qui et quand
log-user = Utilisateur
log-on-behalf = Pour le compte de
log-done = Effectuée
log-recorded = Enregistrée
log-model = Modèle
log-host = Hôte
log-rules = Règles
log-always = toujours suivi
log-place = Entrée
log-context = Contexte
log-no-context = L’hôte n’a donné aucun contexte.
log-reason = Motif
log-ip = Adresse
log-request = Requête
log-transaction = Transaction
log-trace = Trace
log-agent = Programme
log-what-else = Ce qu’elle a modifié d’autre
log-others = Modifié en même temps
log-others-more = Et d’autres encore.
log-others-request = Toute la requête
log-others-transaction = Toute la transaction
proof-title = Preuve
proof-none = Aucun point de contrôle ne couvre encore ce journal. C’est une affaire de secondes.
proof-under = Sous un point de contrôle signé de { $size } journaux
proof-good = Vérifié à l’instant dans ce navigateur : ce journal est dans la piste tel qu’il a été scellé.
proof-bad = Vérifié à l’instant dans ce navigateur : la preuve ne tient pas. Ce journal n’est pas tel qu’il a été scellé.
proof-details = De quoi la preuve est faite
proof-leaf-hash = Empreinte de ce journal
proof-root = Racine de l’arbre
proof-path = Chemin vers la racine
proof-hashes = { $count ->
    [one] { $count } empreinte
   *[other] { $count } empreintes
}
proof-more = Le point de contrôle, la clé, et comment les vérifier ailleurs
